package io.slipway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** What the other end of this process's input and output is. */
final class Terminal {
    /** Descriptors, as everywhere. */
    static final int IN = 0;
    static final int OUT = 1;
    static final int ERR = 2;

    private Terminal() {
    }

    /** Whether a descriptor of this process is a terminal; the console of Java asks about two others. */
    static boolean is(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Paths.get("/proc/self/fd/" + descriptor));
            return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty")
                || target.toString().equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Whether standard output may be coloured: a terminal that can, and whose user has not set NO_COLOR. */
    static boolean hasColours() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM")) && is(OUT);
    }
}
