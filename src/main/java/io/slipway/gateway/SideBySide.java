package io.slipway.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tinylog.Logger;

/** Closes several parts at one time: each may have to wait for something that hangs, and that must not add up. */
final class SideBySide {
    private SideBySide() {
    }

    /** Returns when all are closed. */
    static void close(List<? extends Closeable> parts) {
        List<Thread> closers = new ArrayList<>();
        for (final Closeable part : parts) {
            Thread closer = new Thread("close") {
                @Override
                public void run() {
                    try {
                        part.close();
                    } catch (IOException failed) {
                        Logger.warn("A part did not close: {}", failed.getMessage());
                    }
                }
            };
            closer.start();
            closers.add(closer);
        }
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
