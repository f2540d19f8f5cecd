package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.StatusPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The gateway that runs on this machine with a configuration, and answers questions. */
final class AskedGateway {
    /** Where a sub-command finds its configuration when nobody says. */
    static final String DEFAULT_CONFIG = "/etc/config/slipway";

    private final Path directory;

    private AskedGateway(Path directory) {
        this.directory = directory;
    }

    /** The one of the configuration that {@code --config} names. */
    static AskedGateway of(Options options) throws ConfigException {
        return on(Config.load(FileProblem.named(options.value("--config", DEFAULT_CONFIG))).gateway.dataDir);
    }

    /** The one that runs on a data directory. */
    static AskedGateway on(Path dataDir) {
        return new AskedGateway(dataDir);
    }

    /** The answer to one question. @throws IOException with a message for people if there is none */
    String text(String question) throws IOException {
        return new String(StatusPort.ask(directory, question), StandardCharsets.UTF_8);
    }

    /** How it is. */
    JsonView status() throws IOException {
        return JsonView.of(StatusPort.ask(directory, "json"));
    }
}
