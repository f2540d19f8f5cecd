package io.slipway.config;

import java.nio.file.Path;

/** {@code config gateway}: who this gateway is and where it keeps its data. Immutable. */
public final class GatewayConfig {
    /** Whether the service is to run at all; for the init script. */
    public final boolean enabled;
    /** The gateway's id, part of every topic and identity: letters, digits, {@code . _ -}; at most 64. */
    public final String id;
    /** Where the database lives. Must be on flash or disk that survives a reboot, not on OpenWrt's {@code /var}. */
    public final Path dataDir;
    /** Once this file is there, the wall clock has been set; {@code null} where its time alone decides. */
    public final Path clockFile;

    /** Seconds between two status messages on the LAN, 0 to 86400; 0 for none, the default. */
    public final int statusS;

    GatewayConfig(SectionReader in) {
        enabled = in.bool("enabled", true);
        id = in.required("id");
        if (!isId(id)) {
            in.wrong("id", "1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit, such as gw-01");
        }
        dataDir = in.path("data_dir", "/srv/slipway");
        clockFile = in.path("clock_file", null);
        statusS = in.whole("status_s", 0, 0, 86_400);
        in.finish();
    }

    private static boolean isId(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= 64;
    }
}
