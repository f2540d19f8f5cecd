package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.config.MeshConfig;
import io.slipway.config.UpstreamConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;

/**
 * The {@code doctor} sub-command: looks at everything that a gateway needs, and says in plain words what is wrong and
 * what to do. Where a gateway runs, that one is asked about its line and its port.
 */
public final class Doctor {
    private static final String HELP =
        "Usage: slipway doctor [--config FILE] [--seconds N] [--json]\n"
        + "\n"
        + "Looks at the configuration, the serial line, the disk, the clock, the broker's port, the certificates and\n"
        + "the way to the cloud, and says what is wrong and what to do about it. The gateway may run meanwhile: then\n"
        + "it is asked about its line, which is opened otherwise, to listen whether frames come.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --seconds N    to listen to a line, and to wait for a broker, so long (default 5)\n"
        + "  --json         for programs: one JSON object\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if something does not work, 2 if the arguments are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final Findings findings = new Findings();
    private final int ms;

    private Doctor(int ms) {
        this.ms = ms;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code doctor}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("doctor", args, "--config --seconds", "--json");
            double seconds = options.positive("--seconds", 5);
            if (seconds > 600) {
                throw new UsageException("--seconds is '" + options.value("--seconds", "") + "'; at most 600");
            }
            Doctor doctor = new Doctor((int) (seconds * 1000));
            doctor.look(options.value("--config", AskedGateway.DEFAULT_CONFIG));
            Findings found = doctor.findings;
            out.print(options.has("--json") ? found.json() : found.text(Terminal.hasColours()));
            return found.areBad() ? FAILED : 0;
        } catch (UsageException wrong) {
            err.println("slipway doctor: " + wrong.getMessage());
            return USAGE;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private void look(String file) throws InterruptedException {
        checked(file);
        Config config;
        try {
            config = Config.load(FileProblem.named(file));
        } catch (ConfigException said) {
            return;
        }
        JsonView status = status(config);
        DiskCheck.look(config, findings);
        ClockCheck.look(config, findings);
        BrokerCheck.look(config.broker, status != null, findings);
        if (status != null) {
            RunningCheck.look(config, status, findings);
        }
        for (MeshConfig mesh : config.meshes) {
            if (status == null) {
                LineCheck.look(mesh, ms, findings);
            }
        }
        for (UpstreamConfig upstream : config.upstreams) {
            CertificateCheck.look(upstream, findings);
            UpstreamCheck.look(upstream, config.gateway.id, ms, status, findings);
        }
    }

    /** What {@code slipway check} has to say. */
    private void checked(String file) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, "UTF-8");
             PrintStream err = new PrintStream(said, false, "UTF-8")) {
            Check.run(new String[] {file}, nowhere, err);
        } catch (UnsupportedEncodingException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
        boolean none = true;
        for (String line : new String(said.toByteArray(), StandardCharsets.UTF_8).split("\n")) {
            if (line.contains(": warning: ")) {
                findings.unwise("configuration", line.substring(line.indexOf(": warning: ") + 11), "");
            } else if (!line.isEmpty()) {
                none = false;
                findings.bad("configuration", line, "correct " + file + "; 'slipway check " + file
                    + "' says when it is good");
            }
        }
        if (none) {
            findings.good("configuration", file + " is good");
        }
    }

    /** {@code null} where no gateway runs. */
    private JsonView status(Config config) {
        try {
            JsonView status = AskedGateway.on(config.gateway.dataDir).status();
            findings.good("gateway", "runs for " + Age.of(status.number("uptime_s")));
            return status;
        } catch (IOException none) {
            if (none.getMessage().startsWith("only root")) {
                findings.bad("gateway", none.getMessage(), "run the doctor as root or as the gateway's user");
            } else {
                findings.unwise("gateway", none.getMessage(), "start it: /etc/init.d/slipway start, or slipway run"
                    + " --config FILE");
            }
            return null;
        }
    }
}
