package io.slipway.gateway;

import io.slipway.cli.Check;
import io.slipway.cli.DbCheck;
import io.slipway.cli.Decode;
import io.slipway.cli.Demo;
import io.slipway.cli.Export;
import io.slipway.cli.Passwd;
import io.slipway.cli.Pcap;
import io.slipway.cli.Record;
import io.slipway.cli.Replay;
import io.slipway.cli.Shared;
import io.slipway.cli.Size;
import io.slipway.cli.Status;
import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.Health;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import java.util.Arrays;

/** The command line. Exit status 0, 1 (failed), 2 (usage or configuration). */
public final class Main {
    private static final String HELP =
        "Slipway, the gateway program for 6LoWPAN border routers\n"
        + "\n"
        + "Usage: slipway COMMAND [OPTIONS]\n"
        + "\n"
        + "  run --config FILE   run the gateway\n"
        + "  check FILE          say whether a configuration is good\n"
        + "  reload              have the running gateway read its configuration anew\n"
        + "  passwd FILE USER    set a password for the LAN broker\n"
        + "  status              say how the running gateway is\n"
        + "  export              write what is stored, as CSV or JSON lines\n"
        + "  shared              read and change the values that gateways share\n"
        + "  size                say how long an outage fits into the store\n"
        + "  db check            say whether the database of a stopped gateway is whole\n"
        + "  decode FILE         show what a recorded serial line carried\n"
        + "  record OUT          save what the flight recorder holds, or record a serial line\n"
        + "  replay FILE         play the mote of a recording to a gateway\n"
        + "  pcap FILE OUT       write the packets of a recording for Wireshark\n"
        + "  demo                a gateway with an emulated mote and cloud, to look at\n"
        + "  --version, --help\n"
        + "\n"
        + "slipway COMMAND --help says more.\n";
    private static final String RUN_HELP =
        "Usage: slipway run --config FILE\n"
        + "\n"
        + "Runs the gateway until it gets SIGTERM or SIGINT; then it commits what came and stops\n"
        + "within a few seconds. Says what happens on standard error. Of a changed configuration it takes\n"
        + "in a part at 'slipway reload', or at SIGHUP unless whoever started it ignores that, as nohup\n"
        + "does, or the library for serial ports does once one was opened; the rest counts from the next\n"
        + "start on.\n"
        + "\n"
        + "Exit status: 1 if it cannot start or has no memory left, 2 if the arguments or the\n"
        + "configuration are wrong, 3 if the watchdog ended it because a part of it hung.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    /** The gateway's threads go on after main has returned. */
    private static final int RUNNING = -1;

    private Main() {
    }

    /** Runs one sub-command. */
    public static void main(String[] args) {
        // UTF-8 under any locale. Who watches the demo wants each line at once; decode writes millions.
        boolean atOnce = args.length > 0 && args[0].equals("demo");
        PrintStream out = utf8(FileDescriptor.out, atOnce);
        PrintStream err = utf8(FileDescriptor.err, true);
        int status = run(args, out, err);
        if (status != RUNNING) {
            // A full disk, or a reader that has gone away: what was to be said did not arrive.
            System.exit(out.checkError() && status == 0 ? FAILED : status);
        }
    }

    private static PrintStream utf8(FileDescriptor to, boolean atOnce) {
        try {
            return new PrintStream(new BufferedOutputStream(new FileOutputStream(to)), atOnce, "UTF-8");
        } catch (UnsupportedEncodingException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    private static int run(String[] args, PrintStream out, PrintStream err) {
        String command = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "run":
                return runGateway(rest, out, err);
            case "check":
                return Check.run(rest, out, err);
            case "reload":
                return io.slipway.cli.Reload.run(rest, out, err);
            case "passwd":
                return Passwd.run(rest, System.in, out, err);
            case "status":
                return Status.run(rest, out, err);
            case "export":
                return Export.run(rest, out, err);
            case "shared":
                return Shared.run(rest, out, err);
            case "size":
                return Size.run(rest, out, err);
            case "db":
                return DbCheck.run(rest, out, err);
            case "decode":
                return Decode.run(rest, out, err);
            case "record":
                Logging.warningsOnly();
                return Record.run(rest, out, err);
            case "replay":
                return Replay.run(rest, out, err);
            case "pcap":
                return Pcap.run(rest, out, err);
            case "demo":
                Logging.warningsOnly();
                return Demo.run(rest, out, err, new GatewayStarter());
            case "--version":
                out.println("slipway " + Version.text());
                return 0;
            case "--help":
            case "help":
                out.print(HELP);
                return 0;
            default:
                err.println(command.isEmpty() ? "slipway: a command is missing; see slipway --help"
                    : "slipway: unknown command '" + command + "'; see slipway --help");
                return USAGE;
        }
    }

    private static int runGateway(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(RUN_HELP);
            return 0;
        }
        if (args.length != 2 || !args[0].equals("--config")) {
            err.println("slipway run: --config FILE is needed, and nothing else; see slipway run --help");
            return USAGE;
        }
        try {
            Config config = Config.load(FileProblem.named(args[1]));
            Logging.apply(config.log);
            runUntilSignal(config);
            return RUNNING;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (StartException failed) {
            err.println("slipway run: " + failed.getMessage());
            return FAILED;
        }
    }

    private static void runUntilSignal(Config config) throws StartException {
        Health health = new Health();
        Gateway started = null;
        try {
            LastResort lastResort = new LastResort(health);
            Thread.setDefaultUncaughtExceptionHandler(lastResort);
            final Gateway gateway = Gateway.start(config, health);
            started = gateway;
            final Vigil vigil = Vigil.begin(config, health);
            lastResort.tells(vigil.lastStop());
            Runtime.getRuntime().addShutdownHook(new Thread("stop") {
                @Override
                public void run() {
                    vigil.ending();
                    gateway.close();
                    vigil.ended();
                }
            });
            HangUp.does(new Runnable() {
                @Override
                public void run() {
                    gateway.reload();
                }
            });
        } catch (IllegalStateException failed) {
            if (!isStopping()) {
                throw failed;
            }
            // The signal came during the start. The JVM does not wait for us, but may take a while.
            if (started != null) {
                started.close();
            }
        }
    }

    /** Whether the JVM is on its way out, which it says only by refusing shutdown hooks. */
    private static boolean isStopping() {
        try {
            Runtime.getRuntime().removeShutdownHook(Thread.currentThread());
            return false;
        } catch (IllegalStateException stopping) {
            return true;
        }
    }
}
