package io.moquette.broker;

import java.net.InetAddress;

/** Decides who may connect. */
public interface Doorkeeper {
    /** Hears the decision. Any thread; never blocks. */
    interface Answer {
        void decided(boolean mayConnect);
    }

    /**
     * Called by the network thread; must not block. The answer may come at once or much later, but once.
     *
     * @param user {@code null} for a client that names none
     * @param password {@code null} where there is none
     */
    void check(InetAddress from, String user, byte[] password, Answer answer);
}
