package io.slipway.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The terminal of a program that draws: plain ANSI (ECMA-48), as busybox' editor uses it. Its size is asked of the
 * terminal itself with each picture, so it may change. Keys come at once where the system has {@code stty}, and with
 * the next Enter where it has none. One thread; the terminal is as before after {@link #close}, also after Ctrl-C.
 */
final class Screen implements Closeable {
    private static final String ESC = "\u001b[";
    /** To the last corner, where the terminal says where that is, and back. */
    private static final String ASK_SIZE = ESC + "s" + ESC + "999;999H" + ESC + "6n" + ESC + "u";
    private static final int STTY_MS = 5000;
    private static final int MOST_LINES = 1000;

    private final PrintStream out;
    private final InputStream in;
    /** How the terminal was; {@code null} where it could not be changed. */
    private final String before;
    private final Thread atExit;
    private int lines = 24;
    private int columns = 80;
    private boolean closed;

    Screen(PrintStream out, InputStream in) {
        this.out = out;
        this.in = in;
        String saved = stty("-g");
        this.before = saved != null && stty("-icanon -echo min 0 time 0") != null ? saved.trim() : null;
        this.atExit = new Thread("screen") {
            @Override
            public void run() {
                restore();
            }
        };
        Runtime.getRuntime().addShutdownHook(atExit);
        out.print(ESC + "?25l" + ESC + "2J");
    }

    /** What stty prints; {@code null} where there is none or it fails. */
    private static String stty(String arguments) {
        try {
            Process stty = new ProcessBuilder(("stty " + arguments).split(" "))
                .redirectInput(ProcessBuilder.Redirect.INHERIT).start();
            byte[] said = new byte[1024];
            int length = 0;
            int more = stty.getInputStream().read(said);
            while (more > 0) {
                length += more;
                more = stty.getInputStream().read(said, length, said.length - length);
            }
            return stty.waitFor(STTY_MS, TimeUnit.MILLISECONDS) && stty.exitValue() == 0
                ? new String(said, 0, length, StandardCharsets.US_ASCII) : null;
        } catch (IOException none) {
            return null;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    int columns() {
        return columns;
    }

    int lines() {
        return lines;
    }

    /** Draws a picture from the upper left corner on; what does not fit is left out. */
    void draw(String picture) {
        StringBuilder text = new StringBuilder(ESC).append("H");
        int line = 0;
        for (String one : picture.split("\n")) {
            if (line == lines) {
                break;
            }
            text.append(line == 0 ? "" : "\r\n").append(one.length() > columns ? one.substring(0, columns) : one)
                .append(ESC).append('K');
            line++;
        }
        out.print(text.append(ESC).append('J').append(ASK_SIZE));
        out.flush();
    }

    /** Waits so long, and takes what is typed meanwhile; true when that was a q. */
    boolean isQuit(int ms) throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + ms * 1_000_000L;
        StringBuilder typed = new StringBuilder();
        do {
            while (in.available() > 0) {
                typed.append((char) in.read());
            }
            if (takeSize(typed) || typed.indexOf("q") >= 0 || typed.indexOf("\u0004") >= 0) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        } while (System.nanoTime() - untilNs < 0);
        return false;
    }

    /** Takes the answer {@code ESC [ LINES ; COLUMNS R} out of what was typed; true where a q is among the rest. */
    private boolean takeSize(StringBuilder typed) {
        int start = typed.indexOf(ESC);
        int end = typed.indexOf("R", start);
        int middle = typed.indexOf(";", start);
        if (start < 0 || end < middle || middle < 0) {
            return false;
        }
        try {
            int newLines = Integer.parseInt(typed.substring(start + ESC.length(), middle));
            int newColumns = Integer.parseInt(typed.substring(middle + 1, end));
            if (newLines > 0 && newLines <= MOST_LINES && newColumns > 0) {
                lines = newLines;
                columns = newColumns;
            }
        } catch (NumberFormatException anotherKey) {
            // Not a size.
        }
        typed.delete(start, end + 1);
        return typed.indexOf("q") >= 0;
    }

    private synchronized void restore() {
        if (!closed) {
            closed = true;
            out.print(ESC + "?25h\r\n");
            out.flush();
            if (before != null) {
                stty(before);
            }
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException stopping) {
            // It runs already, and finds nothing to do.
        }
    }
}
