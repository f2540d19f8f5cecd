package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.FileProblem;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;

/** Whether the data directory can be written to, has room, and lies on a disk that is quick and not worn. */
final class DiskCheck {
    private static final String ABOUT = "disk";
    private static final int SYNCS = 5;
    private static final long SLOW_MS = 500;
    private static final int PAGE = 4096;
    /** Of the tenths in which eMMC counts its life (JEDEC JESD84-B51, DEVICE_LIFE_TIME_EST). */
    private static final int WORN = 9;

    private DiskCheck() {
    }

    static void look(Config config, Findings findings) {
        Path directory = config.gateway.dataDir;
        if (!Files.isDirectory(directory)) {
            Path above = directory.toAbsolutePath().normalize();
            while (above != null && !Files.exists(above)) {
                above = above.getParent();
            }
            if (above != null && Files.isDirectory(above) && Files.isWritable(above)) {
                findings.good(ABOUT, directory + " is not there yet and can be made");
            } else {
                findings.bad(ABOUT, directory + " is not there and cannot be made by this user",
                    "make it, or mount what it is on, and give it to the gateway's user");
            }
            return;
        }
        permissions(directory, findings);
        kind(directory, findings);
        room(directory, config.store.maxBytes, findings);
        speed(directory, findings);
        wear(findings);
    }

    private static void permissions(Path directory, Findings findings) {
        try {
            if (Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_READ)) {
                findings.unwise("data directory", "everybody may read " + directory, "chmod 700 " + directory);
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            // What cannot be told is said by what follows.
        }
        if (!Files.isWritable(directory)) {
            findings.bad("data directory", "this user may not write to " + directory,
                "run this as the gateway's user; if that is who you are, chown the directory to it");
        }
    }

    private static void kind(Path directory, Findings findings) {
        try {
            String type = Files.getFileStore(directory).type();
            if (type.equals("tmpfs") || type.equals("ramfs")) {
                findings.bad(ABOUT, directory + " lies in memory (" + type + "): a reboot loses all readings",
                    "set data_dir of config gateway to a directory on flash or a disk");
            }
        } catch (IOException unknown) {
            // Under another root directory the list of mounts may not have it.
        }
    }

    private static void room(Path directory, long maxBytes, Findings findings) {
        long used = new File(directory.toFile(), "slipway.db").length();
        long wanted = Math.max(0, maxBytes - used);
        long free = directory.toFile().getUsableSpace();
        if (free < Math.min(wanted, 1 << 20)) {
            findings.bad(ABOUT, "only " + (free >> 10) + " kB are free", "delete something, or lower max_bytes of"
                + " config store; the gateway serves the LAN meanwhile and goes on by itself when there is room");
        } else if (free < wanted) {
            findings.unwise(ABOUT, (free >> 20) + " MB are free, but the store may grow by " + (wanted >> 20) + " MB",
                "lower max_bytes of config store, or make room");
        } else {
            findings.good(ABOUT, (free >> 20) + " MB are free");
        }
    }

    private static void speed(Path directory, Findings findings) {
        Path file = directory.resolve("doctor.tmp");
        try {
            Files.deleteIfExists(file);
            long worstMs = 0;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                for (int i = 0; i < SYNCS; i++) {
                    long beganNs = System.nanoTime();
                    channel.write(ByteBuffer.allocate(PAGE));
                    channel.force(false);
                    worstMs = Math.max(worstMs, (System.nanoTime() - beganNs) / 1_000_000);
                }
            } finally {
                Files.deleteIfExists(file);
            }
            if (worstMs > SLOW_MS) {
                findings.unwise(ABOUT, "slow: to sync 4 kB takes " + worstMs + " ms", "raise commit_interval_ms of"
                    + " config store, or use another disk; worn flash is slow like this");
            } else {
                findings.good(ABOUT, "takes what is written, a sync in " + worstMs + " ms at most");
            }
        } catch (IOException failed) {
            findings.bad(ABOUT, directory + " cannot be written to: " + FileProblem.of(failed),
                "where the file system is read-only, dmesg says why; mount -o remount,rw, or check it with fsck");
        }
    }

    private static void wear(Findings findings) {
        String[] disks = new File("/sys/block").list();
        for (int i = 0; disks != null && i < disks.length; i++) {
            Path life = new File("/sys/block/" + disks[i] + "/device/life_time").toPath();
            try {
                String text = new String(Files.readAllBytes(life), StandardCharsets.US_ASCII);
                int worst = 0;
                for (String word : text.trim().split(" ")) {
                    worst = Math.max(worst, Integer.decode(word));
                }
                if (worst >= WORN) {
                    findings.unwise(ABOUT, disks[i] + " says that " + Math.min(100, worst * 10) + " % of its life are"
                        + " over", "replace it soon; wear_budget of config store has less written to it");
                }
            } catch (IOException | NumberFormatException none) {
                // Only eMMC has it.
            }
        }
    }
}
