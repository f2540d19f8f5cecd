package io.moquette.broker;

/** What the embedded broker tells its owner. Called by the broker's own threads; no method may block or throw. */
public interface BrokerEvents {
    /** A client logged in. */
    void connected(String clientId);

    /** A client published, or its will was sent, and the access rules allow it. The payload is the callee's. */
    void published(String clientId, String topic, byte[] payload, int qos);

    /** The oldest message that waited for a client was dropped because too much waited. */
    void queueDropped();

    /** A connection was closed at once because there were too many, in all or from its address. */
    void connectionRefused();

    /** A connection was closed because no CONNECT came in time. */
    void connectTimedOut();

    /** A retained message of a client was delivered but not kept, because too much is kept already. */
    void retainedRefused();

    /** The state of an absent client was dropped because too many clients are absent. */
    void sessionDropped();

    /** A command failed inside the broker. It was given up; the broker goes on. */
    void failed(String command, Throwable cause);
}
