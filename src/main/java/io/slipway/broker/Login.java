package io.slipway.broker;

import io.moquette.broker.security.IAuthenticator;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks user and password. Called by the network thread, so no client is served while it hashes: that must be rare.
 * Each user's right password is therefore remembered, as a keyed hash under a key that lives in this process only,
 * and a client that comes back costs one HMAC. Wrong passwords cost a full hash each, so after {@value #PATIENCE} of
 * them only one a second is still hashed, and the others are refused unseen; clients whose password is remembered do
 * not notice. Any thread, one at a time.
 */
final class Login implements IAuthenticator {
    /** Wrong passwords that are hashed before it slows down. */
    static final int PATIENCE = 20;
    private static final long RECOVERY_NANOS = 1_000_000_000L;

    private final PasswordFile users;
    private final Health health;
    private final Map<String, byte[]> verified = new HashMap<>();
    /** Made for the first client that logs in: random numbers are dear to load, and many a LAN has no users. */
    private SecretKeySpec key;
    private int attempts = PATIENCE;
    private long counted = System.nanoTime();

    Login(PasswordFile users, Health health) {
        this.users = users;
        this.health = health;
    }

    /** {@code username} is null for a client without one that is not allowed in. Counts a refusal. */
    @Override
    public synchronized boolean checkValid(String clientId, String username, byte[] password) {
        if (username != null && password != null && isRight(username, password)) {
            return true;
        }
        health.count(Counter.BROKER_LOGIN_REFUSED);
        return false;
    }

    private boolean isRight(String user, byte[] password) {
        if (!users.knows(user)) {
            return false;
        }
        byte[] tag = tag(user, password);
        byte[] known = verified.get(user);
        if (known != null && MessageDigest.isEqual(known, tag)) {
            return true;
        }
        // The file does not change while the broker runs: another password than the right one is wrong.
        if (known != null || !mayHash()) {
            return false;
        }
        if (!users.verify(user, password)) {
            attempts--;
            return false;
        }
        verified.put(user, tag);
        return true;
    }

    private boolean mayHash() {
        long now = System.nanoTime();
        long recovered = (now - counted) / RECOVERY_NANOS;
        if (recovered > 0) {
            attempts = (int) Math.min(PATIENCE, attempts + recovered);
            counted += recovered * RECOVERY_NANOS;
        }
        return attempts > 0;
    }

    private SecretKeySpec key() {
        if (key == null) {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            key = new SecretKeySpec(secret, "HmacSHA256");
        }
        return key;
    }

    private byte[] tag(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key());
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java lacks HMAC-SHA-256", missing);
        }
    }
}
