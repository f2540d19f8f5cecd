package io.slipway.broker;

import io.slipway.config.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Users and the hashes of their passwords, in the format of Mosquitto's {@code mosquitto_passwd}. Immutable; any
 * thread.
 *
 * <pre>
 * user:$7$iterations$salt$hash   PBKDF2 with HMAC-SHA-512; salt and 64 bytes of hash in base 64
 * user:$6$salt$hash              SHA-512 of the password and then the salt
 * </pre>
 *
 * Empty lines and lines that begin with {@code #} are passed over.
 */
final class PasswordFile {
    private static final int HASH_BYTES = 64;
    private static final int MAX_ITERATIONS = 1_000_000;

    private final Map<String, Entry> users = new HashMap<>();

    private static final class Entry {
        /** 0 for the older kind, which hashes once. */
        private final int iterations;
        private final byte[] salt;
        private final byte[] hash;

        private Entry(int iterations, byte[] salt, byte[] hash) {
            this.iterations = iterations;
            this.salt = salt;
            this.hash = hash;
        }
    }

    private PasswordFile() {
    }

    /** No users at all. */
    static PasswordFile none() {
        return new PasswordFile();
    }

    /** @throws IOException if it cannot be read, or with file and line if a line is wrong; never shows a hash */
    static PasswordFile read(Path file) throws IOException {
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

    private void add(String line, String where) throws IOException {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException(where + "expected user:hash as mosquitto_passwd writes it");
        }
        Entry entry;
        try {
            entry = parse(line.substring(colon + 1));
        } catch (IllegalArgumentException wrong) {
            // Without the cause: its message could show a part of the hash.
            throw new IOException(where + "expected $7$iterations$salt$hash or $6$salt$hash after the user name,"
                + " as mosquitto_passwd writes it");
        }
        if (users.put(line.substring(0, colon), entry) != null) {
            throw new IOException(where + "this user is in the file already");
        }
    }

    private static Entry parse(String hashed) {
        String[] fields = hashed.split("\\$", -1);
        boolean stretched = fields.length == 5 && fields[1].equals("7");
        if (!fields[0].isEmpty() || !stretched && !(fields.length == 4 && fields[1].equals("6"))) {
            throw new IllegalArgumentException();
        }
        int iterations = stretched ? Integer.parseInt(fields[2]) : 0;
        byte[] salt = Base64.getDecoder().decode(fields[fields.length - 2]);
        byte[] hash = Base64.getDecoder().decode(fields[fields.length - 1]);
        if (stretched && (iterations < 1 || iterations > MAX_ITERATIONS) || salt.length == 0
            || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException();
        }
        return new Entry(iterations, salt, hash);
    }

    /** Whether there is such a user. */
    boolean knows(String user) {
        return users.containsKey(user);
    }

    /** Whether this is the user's password. Hashes, which takes its time: see {@link Login}. */
    boolean verify(String user, byte[] password) {
        Entry entry = users.get(user);
        if (entry == null || password.length == 0) {
            return false;
        }
        try {
            byte[] hash = entry.iterations == 0 ? digest(password, entry) : stretch(password, entry);
            return MessageDigest.isEqual(hash, entry.hash);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java lacks SHA-512", missing);
        }
    }

    private static byte[] digest(byte[] password, Entry entry) throws GeneralSecurityException {
        MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
        sha512.update(password);
        return sha512.digest(entry.salt);
    }

    private static byte[] stretch(byte[] password, Entry entry) throws GeneralSecurityException {
        char[] text = new String(password, StandardCharsets.UTF_8).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(text, entry.salt, entry.iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
            Arrays.fill(text, '\0');
        }
    }
}
