package io.slipway.security;

import io.slipway.config.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Users and the hashes of their passwords, in the format of Mosquitto's {@code mosquitto_passwd}. Immutable; any
 * thread. A line is {@code user:} and a {@link PasswordHash}; empty lines and lines that begin with {@code #} are
 * passed over.
 */
public final class PasswordFile {
    private final Map<String, PasswordHash> users = new HashMap<>();

    private PasswordFile() {
    }

    /** No users at all. */
    public static PasswordFile none() {
        return new PasswordFile();
    }

    /** @throws IOException if it cannot be read, or with file and line if a line is wrong; never shows a hash */
    public static PasswordFile read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IOException("The password file " + file + ": " + FileProblem.of(unreadable), unreadable);
        }
        PasswordFile read = new PasswordFile();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                read.add(line, file + ":" + (i + 1) + ": ");
            }
        }
        return read;
    }

    /**
     * Sets a user's hash in a file, or takes the user out; other lines stay as they are. The file is replaced by a new
     * one of mode 0600 that keeps its group's right to read, if it has any. When this returns, that survives a power
     * cut; before, the file is as it was.
     *
     * @param hash {@code null} to take the user out
     * @throws IOException if the file cannot be read or written, a line of it is wrong, or there is no such user to be
     *     taken out; nothing has changed then
     */
    public static void write(Path file, String user, PasswordHash hash) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean exists = Files.exists(file);
        if (exists) {
            if (hash == null && !read(file).knows(user)) {
                throw new IOException(file + " has no user " + user);
            }
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (!line.trim().startsWith(user + ":")) {
                    lines.add(line);
                }
            }
        } else if (hash == null) {
            throw new IOException(file + ": there is no such file");
        }
        if (hash != null) {
            lines.add(user + ":" + hash.line());
        }
        byte[] bytes = (String.join("\n", lines) + (lines.isEmpty() ? "" : "\n")).getBytes(StandardCharsets.UTF_8);
        try {
            PrivateFile.replace(file, bytes);
        } catch (IOException failed) {
            throw new IOException(FileProblem.withName(failed), failed);
        }
    }

    private void add(String line, String where) throws IOException {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException(where + "expected user:hash as mosquitto_passwd writes it");
        }
        PasswordHash hash;
        try {
            hash = PasswordHash.parse(line.substring(colon + 1));
        } catch (IllegalArgumentException wrong) {
            // Without the cause: its message could show a part of the hash.
            throw new IOException(where + "expected $7$iterations$salt$hash or $6$salt$hash after the user name,"
                + " as mosquitto_passwd writes it");
        }
        if (users.put(line.substring(0, colon), hash) != null) {
            throw new IOException(where + "this user is in the file already");
        }
    }

    /** Whether there is such a user. */
    boolean knows(String user) {
        return users.containsKey(user);
    }

    /** Whether this is the user's password. Hashes, which takes its time: see {@link Users}. */
    boolean verify(String user, byte[] password) {
        PasswordHash hash = users.get(user);
        return hash != null && hash.isOf(password);
    }
}
