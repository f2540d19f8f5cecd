package io.slipway.cli;

import java.io.PrintStream;

/**
 * Says on standard error how far long work is: a bar that is drawn over each second where that is a terminal, a line
 * every ten seconds otherwise, nothing where it is to be quiet. One thread.
 */
final class Progress {
    private static final int WIDTH = 30;
    private static final long DRAWN_NS = 1_000_000_000L;
    private static final long WRITTEN_NS = 10_000_000_000L;

    private final PrintStream err;
    private final String command;
    private final String unit;
    private final boolean quiet;
    private final boolean drawn;
    private long saidNs = System.nanoTime();
    private boolean said;

    /**
     * Begins.
     *
     * @param command for the lines: {@code slipway export}
     * @param unit of what is counted: {@code readings}
     * @param quiet whether nothing is to be said
     * @param mayDraw false where the work's output is on the same terminal, between whose lines a bar has no place
     */
    Progress(PrintStream err, String command, String unit, boolean quiet, boolean mayDraw) {
        this.err = err;
        this.command = command;
        this.unit = unit;
        boolean isTerminal = Terminal.is(Terminal.ERR);
        this.quiet = quiet || isTerminal && !mayDraw;
        this.drawn = isTerminal;
    }

    /**
     * So much is done.
     *
     * @param total of how much; 0 where nobody knows
     */
    void at(long done, long total) {
        if (!quiet && System.nanoTime() - saidNs >= (drawn ? DRAWN_NS : WRITTEN_NS)) {
            saidNs = System.nanoTime();
            say(done, total);
        }
    }

    /** All of it is done, or nothing more will be: the last figure stays on the terminal. */
    void end(long done) {
        if (!quiet && (drawn || said)) {
            say(done, 0);
            if (drawn) {
                err.println();
            }
        }
    }

    private void say(long done, long total) {
        said = true;
        String count = done + (total > 0 ? " of " + Math.max(done, total) : "") + " " + unit;
        if (!drawn) {
            err.println(command + ": " + count);
            return;
        }
        StringBuilder line = new StringBuilder("\r");
        if (total > 0) {
            int filled = (int) (WIDTH * Math.min(done, total) / total);
            line.append('[');
            for (int i = 0; i < WIDTH; i++) {
                line.append(i < filled ? '#' : ' ');
            }
            line.append("] ");
        }
        err.print(line.append(count).append("\u001b[K"));
        err.flush();
    }
}
