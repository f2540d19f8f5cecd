package io.moquette.broker;

import java.util.Random;

/**
 * Chooses among the subscribers that share a subscription. The build puts it in the place of the JDK's SecureRandom in
 * Moquette's tree (pom.xml, "late"): nothing secret hangs on that choice, and an interpreter takes half a second to
 * load the security providers. Any thread.
 */
public final class Shuffle extends Random {
    private static final long serialVersionUID = 1L;

    /** Begins elsewhere each time. */
    public Shuffle() {
        super(System.nanoTime());
    }
}
