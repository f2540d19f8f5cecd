package io.slipway.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The salted hash of a password, in the two forms of Mosquitto. Immutable; any thread.
 *
 * <pre>
 * $7$iterations$salt$hash   PBKDF2 (RFC 8018) with HMAC-SHA-512; salt and 64 bytes of hash in base 64
 * $6$salt$hash              SHA-512 of the password and then the salt; read, but not made
 * </pre>
 */
public final class PasswordHash {
    /** Fewest and most iterations of a new hash. */
    public static final int MIN_ITERATIONS = 1000;
    /** See {@link #MIN_ITERATIONS}. */
    public static final int MAX_ITERATIONS = 1_000_000;
    private static final int HASH_BYTES = 64;
    private static final int SALT_BYTES = 12;

    /** 0 for the older kind, which hashes once. */
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Makes the hash of a new password, with a salt of its own. */
    public static PasswordHash make(byte[] password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        try {
            return new PasswordHash(iterations, salt, stretch(password, salt, iterations));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java lacks SHA-512", missing);
        }
    }

    /** @throws IllegalArgumentException if it is no hash; its message may show a part of one */
    static PasswordHash parse(String hashed) {
        String[] fields = fields(hashed);
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
        return new PasswordHash(iterations, salt, hash);
    }

    private static String[] fields(String hashed) {
        int count = 1;
        for (int at = hashed.indexOf('$'); at >= 0; at = hashed.indexOf('$', at + 1)) {
            count++;
        }
        String[] fields = new String[count];
        int begin = 0;
        for (int i = 0; i < count; i++) {
            int end = hashed.indexOf('$', begin);
            fields[i] = hashed.substring(begin, end < 0 ? hashed.length() : end);
            begin = end + 1;
        }
        return fields;
    }

    /** Whether it is this password's. Takes as long as the iterations take, and as long for a wrong one. */
    boolean isOf(byte[] password) {
        if (password.length == 0) {
            return false;
        }
        try {
            return MessageDigest.isEqual(iterations == 0 ? digest(password, salt)
                : stretch(password, salt, iterations), hash);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java lacks SHA-512", missing);
        }
    }

    private static byte[] digest(byte[] password, byte[] salt) throws GeneralSecurityException {
        MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
        sha512.update(password);
        return sha512.digest(salt);
    }

    private static byte[] stretch(byte[] password, byte[] salt, int iterations) throws GeneralSecurityException {
        char[] text = new String(password, StandardCharsets.UTF_8).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(text, salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
            Arrays.fill(text, '\0');
        }
    }

    /** As it stands in a file; not for logs. */
    public String line() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "$7$" + iterations + '$' + base64.encodeToString(salt) + '$' + base64.encodeToString(hash);
    }
}
