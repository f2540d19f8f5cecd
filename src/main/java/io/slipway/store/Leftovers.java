package io.slipway.store;

import java.io.File;

/**
 * What killed processes left in the temporary directory. The SQLite driver unpacks its library there at every start,
 * a megabyte, and takes it away at an orderly end only; on OpenWrt that directory is memory.
 */
final class Leftovers {
    /** Younger ones may belong to a process that is just about to load them. */
    private static final long GRACE_MS = 60_000;

    private Leftovers() {
    }

    /** Before the driver is loaded. A library that another process has loaded stays usable without its name. */
    static void remove() {
        File directory = new File(System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir")));
        File[] files = directory.listFiles();
        for (int i = 0; files != null && i < files.length; i++) {
            String name = files[i].getName();
            boolean old = Math.abs(System.currentTimeMillis() - files[i].lastModified()) > GRACE_MS;
            if (old && name.startsWith("sqlite-") && name.contains("-libsqlitejdbc.so")) {
                // Fails where it is another user's, which is theirs to remove.
                files[i].delete();
            }
        }
    }
}
