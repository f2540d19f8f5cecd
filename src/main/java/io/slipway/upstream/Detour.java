package io.slipway.upstream;

/** Ways to a broker through neighbours, for an upstream that does not get there by itself. The sender's thread. */
public interface Detour {
    /** One way through one neighbour. */
    interface Route {
        /** The neighbour's id. */
        String via();

        /** The port on 127.0.0.1 that leads to the broker: it takes one connection. */
        int port();

        /** Why it has ended, a verb phrase behind the neighbour's id; {@code null} where nobody knows. */
        String failure();

        /** Ends it. Returns at once. */
        void close();
    }

    /** Whether there is a neighbour to go through now. */
    boolean isThere();

    /** A new route, through another neighbour than the last one where there are several; {@code null} for none. */
    Route open();
}
