package io.slipway.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Set;

/**
 * A configuration on trial: what stands beside the configuration's file so that a kill at any instant leaves either
 * the old file, or the new one and what is needed to go back.
 *
 * <pre>
 *   FILE.trial     one line, PHASE HASH STARTS UPSTREAM [REASON]; replaced as a whole, before anything else changes
 *   FILE.previous  the old file, while a new one is on trial
 * </pre>
 *
 * <p>{@code TRYING}: FILE is the new one, or is about to be. {@code BACK}: FILE is the old one again, or about to be.
 * {@code KEPT}: the new one stays. The last two stand until the cloud has been told. One thread at a time.
 */
final class ConfigTrial {
    /** How a trial stands. */
    enum Phase {
        /** No trial. */
        NONE,
        /** The new file is to show that it works. */
        TRYING,
        /** The old file is back. */
        BACK,
        /** The new file stays. */
        KEPT
    }

    /** Starts with a file on trial; a process that dies so often dies of the file. */
    private static final int MOST_STARTS = 4;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final Path file;
    private final Path record;
    private final Path previous;
    private Phase phase = Phase.NONE;
    private String hash = "";
    private int starts;
    private String upstream = "";
    private String reason = "";

    private ConfigTrial(Path file) {
        this.file = file.toAbsolutePath();
        this.record = beside(".trial");
        this.previous = beside(".previous");
    }

    /** Whether a trial of this file goes on or is to be reported: a look at the directory, for the start. */
    static boolean isOpen(Path file) {
        return Files.exists(new ConfigTrial(file).record);
    }

    /** The trial of this file as it stands on the disk. A record that cannot be read counts as none. */
    static ConfigTrial of(Path file) {
        ConfigTrial trial = new ConfigTrial(file);
        try {
            String[] words = new String(Files.readAllBytes(trial.record), StandardCharsets.UTF_8).trim().split(" ", 5);
            trial.starts = Integer.parseInt(words[2]);
            trial.hash = words[1];
            trial.upstream = words[3];
            trial.reason = words.length > 4 ? words[4] : "";
            trial.phase = Phase.valueOf(words[0]);
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException none) {
            trial.phase = Phase.NONE;
        }
        return trial;
    }

    private Path beside(String end) {
        return file.resolveSibling(file.getFileName() + end);
    }

    Phase phase() {
        return phase;
    }

    String hash() {
        return hash;
    }

    /** The name of the upstream that proposed the file. */
    String upstream() {
        return upstream;
    }

    /** Why the old file is back. */
    String reason() {
        return reason;
    }

    /** The SHA-256 of a file's bytes in hexadecimal digits. */
    static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            StringBuilder hex = new StringBuilder();
            for (byte one : digest) {
                hex.append(HEX[one >> 4 & 0xf]).append(HEX[one & 0xf]);
            }
            return hex.toString();
        } catch (GeneralSecurityException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /**
     * Puts a new file in the place of the old one. When this returns it is there, durably, and so is the way back.
     *
     * @throws IOException if the directory takes no files; then the old file is in its place, as it was
     */
    void begin(byte[] text, String from) throws IOException {
        replace(previous, Files.readAllBytes(file));
        set(Phase.TRYING, hash(text), 0, from, "");
        try {
            replace(file, text);
        } catch (IOException failed) {
            forget();
            throw failed;
        }
    }

    /**
     * Notes that a gateway is about to start with the file as it stands. Goes back where that has been tried too often,
     * and finishes a way back that was cut off.
     */
    void starting() throws IOException {
        if (phase == Phase.TRYING && !hash(Files.readAllBytes(file)).equals(hash)) {
            // Killed before the new file was in its place, or somebody has changed it since.
            set(Phase.BACK, hash, 0, upstream, "the file was not put in place, or was changed");
        } else if (phase == Phase.TRYING && starts >= MOST_STARTS) {
            goBack("the gateway ended " + starts + " times without having reached the cloud");
        } else if (phase == Phase.TRYING) {
            set(Phase.TRYING, hash, starts + 1, upstream, "");
        } else if (phase == Phase.BACK && Files.exists(previous)) {
            goBack(reason);
        }
    }

    /** Puts the old file back. When this returns it is there, durably. */
    void goBack(String why) throws IOException {
        set(Phase.BACK, hash, 0, upstream, why.replace('\n', ' '));
        if (Files.exists(previous)) {
            replace(file, Files.readAllBytes(previous));
            Files.delete(previous);
        }
    }

    /** The new file stays. */
    void keep() throws IOException {
        set(Phase.KEPT, hash, 0, upstream, "");
        Files.deleteIfExists(previous);
    }

    /** It is over and told. */
    void forget() throws IOException {
        phase = Phase.NONE;
        Files.deleteIfExists(previous);
        Files.deleteIfExists(record);
    }

    private void set(Phase next, String of, int count, String from, String why) throws IOException {
        replace(record, (next.name() + " " + of + " " + count + " " + from + (why.isEmpty() ? "" : " " + why) + "\n")
            .getBytes(StandardCharsets.UTF_8));
        phase = next;
        hash = of;
        starts = count;
        upstream = from;
        reason = why;
    }

    /** As a whole or not at all, with the permissions of the configuration: it may hold passwords. */
    private void replace(Path target, byte[] bytes) throws IOException {
        Set<PosixFilePermission> access = Files.getPosixFilePermissions(file);
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        FileAttribute<?> mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(fresh, mine);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer all = ByteBuffer.wrap(bytes);
            while (all.hasRemaining()) {
                channel.write(all);
            }
            Files.setPosixFilePermissions(fresh, access);
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
