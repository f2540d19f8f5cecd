package io.slipway.security;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.Closeable;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says whether a password is a user's. To hash one takes a small machine up to seconds, so a thread of its own does
 * it, one after the other, and at most {@value #WAITING} wait; more are refused and counted. Each user's right password
 * is remembered, as a keyed hash under a key that lives in this process only, and a client that comes back costs one
 * HMAC. What an address tries wrongly is limited, see {@link Guesses}; passwords that are remembered pass all the same.
 * Any thread.
 */
public final class Users implements Closeable {
    /** Log-ins that wait to be hashed. */
    static final int WAITING = 32;
    private static final int IDLE_S = 30;

    /** Hears what became of a log-in. */
    public interface Answer {
        /** Called once, by the thread that asked or by the one that hashes. Must not block. */
        void checked(boolean right);
    }

    private final Health health;
    private final ThreadPoolExecutor hashing;
    /** Guards what follows; never held while something is hashed. */
    private final Object lock = new Object();
    private final Map<String, byte[]> verified = new HashMap<>();
    private final Guesses guesses;
    private PasswordFile file;
    /** Made for the first client that logs in: random numbers are dear to load, and many a LAN has no users. */
    private SecretKeySpec key;

    /**
     * Starts no thread yet.
     *
     * @param file {@link PasswordFile#none()} where there is none: then every password is wrong
     * @param attempts wrong passwords that an address has at once
     */
    public Users(PasswordFile file, int attempts, Health health) {
        this.file = file;
        this.guesses = new Guesses(attempts);
        this.health = health;
        // One thread that ends when idle: most gateways hash a few times a day.
        this.hashing = new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS,
            new ArrayBlockingQueue<Runnable>(WAITING), new ThreadFactory() {
                @Override
                public Thread newThread(Runnable work) {
                    Thread thread = new Thread(work, "passwords");
                    thread.setDaemon(true);
                    return thread;
                }
            });
        hashing.allowCoreThreadTimeOut(true);
    }

    /** From now on these users count, and nothing that was remembered of others. Who is in stays in. */
    public void use(PasswordFile fresh, int attempts) {
        synchronized (lock) {
            file = fresh;
            verified.clear();
            guesses.allow(attempts);
        }
    }

    /**
     * Checks user and password; never waits. What is known is answered before it returns.
     *
     * @param from who asks: guessing is limited for each address
     * @param password not changed by anybody until the answer
     */
    public void verify(InetAddress from, String user, byte[] password, Answer answer) {
        boolean right = false;
        Check check = null;
        synchronized (lock) {
            if (isKnown(user, password)) {
                right = true;
            } else if (!guesses.begin(from, System.nanoTime())) {
                health.count(Counter.LOGIN_GUESSES);
            } else if (file.knows(user) && !verified.containsKey(user)) {
                check = new Check(from, user, password, answer);
            } else {
                // No such user, or another password than the right one is known to be.
                guesses.end(from, false, System.nanoTime());
            }
        }
        if (check == null) {
            answer.checked(right);
            return;
        }
        try {
            hashing.execute(check);
        } catch (RejectedExecutionException full) {
            health.count(Counter.LOGIN_BUSY);
            check.giveUp();
        }
    }

    /** As the other, but waits for the answer: up to minutes on a small machine under attack. */
    public boolean verify(InetAddress from, String user, byte[] password) throws InterruptedException {
        final CountDownLatch answered = new CountDownLatch(1);
        final boolean[] result = new boolean[1];
        verify(from, user, password, new Answer() {
            @Override
            public void checked(boolean right) {
                result[0] = right;
                answered.countDown();
            }
        });
        answered.await();
        return result[0];
    }

    private final class Check implements Runnable {
        private final InetAddress from;
        private final String user;
        private final byte[] password;
        private final Answer answer;

        private Check(InetAddress from, String user, byte[] password, Answer answer) {
            this.from = from;
            this.user = user;
            this.password = password;
            this.answer = answer;
        }

        @Override
        public void run() {
            PasswordFile tried;
            boolean right;
            do {
                synchronized (lock) {
                    tried = file;
                    // Many clients of one user come back together: the first has had it hashed by now.
                    right = isKnown(user, password);
                }
                right = right || tried.verify(user, password);
            } while (!isDecided(tried, right));
            answer.checked(right);
        }

        /** Not where another file came meanwhile: that one counts. */
        private boolean isDecided(PasswordFile tried, boolean right) {
            synchronized (lock) {
                if (tried != file) {
                    return false;
                }
                guesses.end(from, right, System.nanoTime());
                if (right) {
                    verified.put(user, tag(user, password));
                }
                return true;
            }
        }

        /** Answers no, without having looked. */
        private void giveUp() {
            synchronized (lock) {
                guesses.end(from, true, System.nanoTime());
            }
            answer.checked(false);
        }
    }

    /** Whether there is such a user now. */
    public boolean knows(String user) {
        synchronized (lock) {
            return file.knows(user);
        }
    }

    private boolean isKnown(String user, byte[] password) {
        byte[] known = verified.get(user);
        return known != null && MessageDigest.isEqual(known, tag(user, password));
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

    /** Ends the thread; whoever waits gets a no. */
    @Override
    public void close() {
        for (Runnable waiting : hashing.shutdownNow()) {
            ((Check) waiting).giveUp();
        }
    }
}
