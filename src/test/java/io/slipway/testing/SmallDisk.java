package io.slipway.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk in memory of a few hundred kilobytes that can be filled and made read-only; only root can have one. */
public final class SmallDisk implements AutoCloseable {
    /** Where it is mounted. */
    public final Path path;

    /** Mounts it on a directory, which is made. */
    public SmallDisk(Path directory, int kilobytes) throws IOException, InterruptedException {
        path = Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k,mode=0700", "tmpfs", path.toString());
    }

    /** Whether this user can have one. */
    public static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Takes all the room that is left. */
    public void fill() throws IOException {
        try (var out = Files.newOutputStream(path.resolve("ballast"))) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("space")) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    public void empty() throws IOException {
        Files.deleteIfExists(path.resolve("ballast"));
    }

    /** Nobody may write any more. */
    public void readOnly() throws IOException, InterruptedException {
        run("mount", "-o", "remount,ro", path.toString());
    }

    /** Everybody may write again. */
    public void writable() throws IOException, InterruptedException {
        run("mount", "-o", "remount,rw", path.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "-l", path.toString());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
