package io.slipway.gateway;

import io.slipway.cli.Check;
import io.slipway.cli.Completion;
import io.slipway.cli.DbCheck;
import io.slipway.cli.Decode;
import io.slipway.cli.Demo;
import io.slipway.cli.Doctor;
import io.slipway.cli.Export;
import io.slipway.cli.Fleet;
import io.slipway.cli.Log;
import io.slipway.cli.Nodes;
import io.slipway.cli.Passwd;
import io.slipway.cli.Pcap;
import io.slipway.cli.Record;
import io.slipway.cli.Replay;
import io.slipway.cli.Send;
import io.slipway.cli.Shared;
import io.slipway.cli.Size;
import io.slipway.cli.Status;
import io.slipway.cli.Tail;
import io.slipway.cli.Top;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
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
        + "  doctor              say what is wrong with line, disk, clock, cloud, and what to do\n"
        + "  status              say how the running gateway is\n"
        + "  nodes               list the nodes that it knows\n"
        + "  tail                show the readings as they come\n"
        + "  top                 show how busy it is, anew each second\n"
        + "  send NODE SERVICE   give a command to a node\n"
        + "  log [LEVEL]         say or change what goes into its log\n"
        + "  export              write what is stored, as CSV or JSON lines\n"
        + "  shared              read and change the values that gateways share\n"
        + "  size                say how long an outage fits into the store\n"
        + "  db check            say whether the database of a stopped gateway is whole\n"
        + "  decode FILE         show what a recorded serial line carried\n"
        + "  record OUT          save what the flight recorder holds, or record a serial line\n"
        + "  replay FILE         play the mote of a recording to a gateway\n"
        + "  pcap FILE OUT       write the packets of a recording for Wireshark\n"
        + "  cloud               run a cloud node: what gateways send goes into a database\n"
        + "  fleet               what a cloud node knows of its gateways, and commands to them\n"
        + "  demo                a gateway with an emulated mote and cloud, to look at\n"
        + "  completion bash     print a script for the shell that completes all this\n"
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
        + "  --config FILE  the gateway's configuration\n"
        + "  --help         this text\n"
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
        StandardOutput output = new StandardOutput();
        PrintStream out = utf8(output, atOnce);
        PrintStream err = utf8(new FileOutputStream(FileDescriptor.err), true);
        int status = run(args, out, err);
        if (status != RUNNING) {
            // A full disk, or a reader that has gone away: what was to be said did not arrive.
            boolean failed = out.checkError();
            if (failed && output.problem() != null) {
                err.println("slipway " + args[0] + ": the output could not be written: " + output.problem());
            }
            System.exit(failed && status == 0 ? FAILED : status);
        }
    }

    private static PrintStream utf8(OutputStream to, boolean atOnce) {
        try {
            return new PrintStream(new BufferedOutputStream(to), atOnce, "UTF-8");
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
            case "cloud":
                return CloudRun.run(rest, out, err);
            case "fleet":
                Logging.warningsOnly();
                return Fleet.run(rest, out, err);
            case "check":
                return Check.run(rest, out, err);
            case "reload":
                return io.slipway.cli.Reload.run(rest, out, err);
            case "passwd":
                return Passwd.run(rest, System.in, out, err);
            case "status":
                return Status.run(rest, out, err);
            case "doctor":
                Logging.warningsOnly();
                return Doctor.run(rest, out, err);
            case "nodes":
                return Nodes.run(rest, out, err);
            case "tail":
                return Tail.run(rest, out, err);
            case "top":
                return Top.run(rest, out, err);
            case "send":
                return Send.run(rest, out, err);
            case "log":
                return Log.run(rest, out, err);
            case "completion":
                return Completion.run(rest, out, err, new HelpTexts());
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
            default:
                return about(command, out, err);
        }
    }

    /** What is no sub-command. */
    private static int about(String word, PrintStream out, PrintStream err) {
        switch (word) {
            case "--version":
                out.println("slipway " + Version.text());
                return 0;
            case "--help":
            case "help":
                out.print(HELP);
                return 0;
            default:
                err.println(word.isEmpty() ? "slipway: a command is missing; see slipway --help"
                    : "slipway: unknown command '" + word + "'; see slipway --help");
                return USAGE;
        }
    }

    /** A class of its own: nobody but who asks for the completion needs it. */
    private static final class HelpTexts implements Completion.Helps {
        @Override
        public String of(String command) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            PrintStream out = utf8(text, false);
            run(command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"}, out, out);
            out.flush();
            return new String(text.toByteArray(), StandardCharsets.UTF_8);
        }
    }

    private static int runGateway(String[] args, PrintStream out, PrintStream err) {
        if (Arrays.asList(args).contains("--help")) {
            out.print(RUN_HELP);
            return 0;
        }
        if (args.length != 2 || !args[0].equals("--config")) {
            err.println("slipway run: --config FILE is needed, and nothing else; see slipway run --help");
            return USAGE;
        }
        try {
            runUntilSignal(new GatewayRun(FileProblem.named(args[1])));
            return RUNNING;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (StartException failed) {
            err.println("slipway run: " + failed.getMessage());
            return FAILED;
        }
    }

    private static void runUntilSignal(final GatewayRun run) throws ConfigException, StartException {
        try {
            run.start();
            Runtime.getRuntime().addShutdownHook(new Thread("stop") {
                @Override
                public void run() {
                    run.close();
                }
            });
            HangUp.does(new Runnable() {
                @Override
                public void run() {
                    run.reload();
                }
            });
        } catch (IllegalStateException failed) {
            if (!isStopping()) {
                throw failed;
            }
            // The signal came during the start. The JVM does not wait for us, but may take a while.
            run.close();
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
