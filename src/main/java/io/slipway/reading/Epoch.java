package io.slipway.reading;

/**
 * One life of a gateway: a boot counter and a random nonce, new and durable at every start before anything is
 * accepted. The counter orders the lives of one database; the nonce keeps apart those that a restored backup or
 * a cloned image would otherwise share. Written {@code 17-9f3a21c4}. Immutable; any thread.
 */
public final class Epoch {
    private final int boot;
    private final int nonce;
    private final String text;

    /**
     * @param boot counts the starts on this database, 1 and up
     * @param nonce 32 random bits
     */
    public Epoch(int boot, int nonce) {
        this.boot = boot;
        this.nonce = nonce;
        String digits = Integer.toHexString(nonce);
        this.text = boot + "-" + "00000000".substring(digits.length()) + digits;
    }

    /** Reads {@link #toString()}'s form; {@code null} for anything else. */
    public static Epoch parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1 || text.length() != dash + 9) {
            return null;
        }
        try {
            Epoch epoch = new Epoch(Integer.parseInt(text.substring(0, dash)),
                (int) Long.parseLong(text.substring(dash + 1), 16));
            return epoch.boot > 0 && epoch.text.equals(text) ? epoch : null;
        } catch (NumberFormatException notAnEpoch) {
            return null;
        }
    }

    /** Which start on its database this was, 1 and up. */
    public int boot() {
        return boot;
    }

    /** The random half. */
    public int nonce() {
        return nonce;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Epoch && ((Epoch) other).boot == boot && ((Epoch) other).nonce == nonce;
    }

    @Override
    public int hashCode() {
        return boot * 31 + nonce;
    }

    @Override
    public String toString() {
        return text;
    }
}
