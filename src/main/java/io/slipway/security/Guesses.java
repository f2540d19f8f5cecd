package io.slipway.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many wrong passwords an address has left: so many at first, then one more every {@value #RECOVERY_S} seconds.
 * Of IPv6 addresses the first half counts, for whoever has one address has all of its network (RFC 4291 section
 * 2.5.4). Bounded: of more than {@value #ADDRESSES} addresses the one that was silent longest is forgotten. Not for
 * several threads at once.
 */
final class Guesses {
    static final int ADDRESSES = 256;
    static final int RECOVERY_S = 10;
    /** Passwords of one address that wait to be hashed: it must not keep others waiting for long. */
    static final int PENDING = 16;
    private static final long RECOVERY_NANOS = RECOVERY_S * 1_000_000_000L;
    private static final int NETWORK_BYTES = 8;

    private final Map<String, Account> accounts = new LinkedHashMap<String, Account>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Account> eldest) {
            return size() > ADDRESSES;
        }
    };
    private int allowed;

    private static final class Account {
        private int wrong;
        private int pending;
        private long countedNs;
    }

    Guesses(int allowed) {
        this.allowed = allowed;
    }

    void allow(int another) {
        allowed = another;
    }

    /** Whether the address may try a password that is not known to be right; if so, {@link #end} is due. */
    boolean begin(InetAddress from, long nowNs) {
        Account account = accounts.get(key(from));
        if (account == null) {
            account = new Account();
            account.countedNs = nowNs;
            accounts.put(key(from), account);
        }
        recover(account, nowNs);
        if (account.wrong >= allowed || account.pending >= PENDING) {
            return false;
        }
        account.pending++;
        return true;
    }

    /** What became of it. */
    void end(InetAddress from, boolean right, long nowNs) {
        Account account = accounts.get(key(from));
        if (account == null) {
            return;
        }
        account.pending = Math.max(0, account.pending - 1);
        recover(account, nowNs);
        if (!right) {
            account.wrong++;
        }
    }

    private static void recover(Account account, long nowNs) {
        long recovered = (nowNs - account.countedNs) / RECOVERY_NANOS;
        account.wrong = (int) Math.max(0, account.wrong - recovered);
        account.countedNs += recovered * RECOVERY_NANOS;
    }

    private static String key(InetAddress from) {
        byte[] bytes = from.getAddress();
        return Arrays.toString(from instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
