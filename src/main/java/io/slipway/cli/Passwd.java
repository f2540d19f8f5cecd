package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.security.PasswordFile;
import io.slipway.security.PasswordHash;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The {@code passwd} sub-command: adds a user to a password file, changes the password, or removes the user. */
public final class Passwd {
    private static final String HELP =
        "Usage: slipway passwd [--iterations N] FILE USER\n"
        + "       slipway passwd --delete FILE USER\n"
        + "\n"
        + "Sets a user's password in a password file, which is made if it is not there. Asks for the\n"
        + "password on a terminal, and else takes the first line of standard input. The file has the\n"
        + "format of mosquitto_passwd. A gateway that runs takes it in at 'slipway reload'.\n"
        + "\n"
        + "  --iterations N  how much work it is to check the password, 1000 to 1000000 (default: what\n"
        + "                  takes this machine half a second, 1000 at least and 200000 at most)\n"
        + "  --delete        remove the user\n"
        + "  --help          this text\n"
        + "\n"
        + "Exit status: 0, 1 if the file cannot be read or written, 2 if the arguments are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int MOST_BY_DEFAULT = 200_000;
    private static final long WORK_NANOS = 500_000_000L;
    private static final long TRIAL_NANOS = 50_000_000L;
    private static final int LONGEST_PASSWORD = 1024;

    private Passwd() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code passwd}
     * @return the exit status
     */
    public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        boolean delete = args.length == 3 && args[0].equals("--delete");
        boolean counted = args.length == 4 && args[0].equals("--iterations");
        int iterations = counted ? number(args[1]) : 0;
        if (!delete && !counted && args.length != 2 || iterations < 0) {
            err.println("slipway passwd: FILE and USER are needed, and N from 1000 to 1000000; see slipway passwd "
                + "--help");
            return USAGE;
        }
        String user = args[args.length - 1];
        if (user.isEmpty() || user.charAt(0) == '#' || user.charAt(0) == '-' || hasSpecial(user)) {
            err.println("slipway passwd: a user's name has no colon and no control characters, and begins with neither"
                + " # nor -");
            return USAGE;
        }
        try {
            Path file = FileProblem.named(args[args.length - 2]);
            if (delete) {
                PasswordFile.write(file, user, null);
                return 0;
            }
            byte[] password = read(in, err);
            PasswordFile.write(file, user,
                PasswordHash.make(password, iterations == 0 ? fitting() : iterations));
            Arrays.fill(password, (byte) 0);
            return 0;
        } catch (IOException | ConfigException failed) {
            err.println("slipway passwd: " + failed.getMessage());
            return FAILED;
        }
    }

    private static boolean hasSpecial(String user) {
        for (int i = 0; i < user.length(); i++) {
            if (user.charAt(i) == ':' || Character.isISOControl(user.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            return number < PasswordHash.MIN_ITERATIONS || number > PasswordHash.MAX_ITERATIONS ? -1 : number;
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private static byte[] read(InputStream in, PrintStream err) throws IOException {
        Console terminal = System.console();
        byte[] password = terminal == null ? line(in) : typed(terminal, err);
        if (password.length == 0) {
            throw new IOException("an empty password is none");
        }
        return password;
    }

    private static byte[] typed(Console terminal, PrintStream err) throws IOException {
        char[] once = terminal.readPassword("Password: ");
        char[] again = terminal.readPassword("Once more: ");
        if (once == null || !Arrays.equals(once, again)) {
            throw new IOException("the two are not the same; nothing has changed");
        }
        byte[] bytes = new byte[StandardCharsets.UTF_8.encode(CharBuffer.wrap(once)).remaining()];
        StandardCharsets.UTF_8.encode(CharBuffer.wrap(once)).get(bytes);
        Arrays.fill(once, '\0');
        Arrays.fill(again, '\0');
        return bytes;
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        while (c >= 0 && c != '\n' && c != '\r') {
            line.write(c);
            if (line.size() > LONGEST_PASSWORD) {
                throw new IOException("a password has at most " + LONGEST_PASSWORD + " bytes");
            }
            c = in.read();
        }
        return line.toByteArray();
    }

    /** As many iterations as take this machine half a second. */
    private static int fitting() {
        int iterations = PasswordHash.MIN_ITERATIONS / 2;
        long took = 0;
        while (took < TRIAL_NANOS && iterations < MOST_BY_DEFAULT) {
            iterations *= 2;
            long began = System.nanoTime();
            PasswordHash.make(new byte[] {1}, iterations);
            took = System.nanoTime() - began;
        }
        long fit = iterations * WORK_NANOS / Math.max(1, took);
        return (int) Math.max(PasswordHash.MIN_ITERATIONS, Math.min(MOST_BY_DEFAULT, fit));
    }
}
