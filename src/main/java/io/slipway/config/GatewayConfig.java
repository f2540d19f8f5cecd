package io.slipway.config;

import java.nio.file.Path;
import java.nio.file.Paths;

/** {@code config gateway}: who this gateway is and where it keeps its data. Immutable. */
public final class GatewayConfig {
    /** Whether the service is to run at all; for the init script. */
    public final boolean enabled;
    /** The gateway's id, part of every topic and identity: letters, digits, {@code . _ -}; at most 64. */
    public final String id;
    /** Where the database lives. Must be on flash or disk that survives a reboot, not on OpenWrt's {@code /var}. */
    public final Path dataDir;

    GatewayConfig(SectionReader in) {
        enabled = in.bool("enabled", true);
        id = in.required("id", "gw-01");
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            in.wrong("id", "1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit");
        }
        dataDir = Paths.get(in.text("data_dir", "/srv/slipway"));
        in.finish();
    }
}
