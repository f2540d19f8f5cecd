package io.moquette.broker;

/** How the embedded broker is set up. Filled once, then only read; a connection keeps those that it began with. */
public final class BrokerSettings {
    /** Clients absent for longer are forgotten with everything that waits for them, in seconds. */
    static final int SESSION_EXPIRY_SECONDS = 86_400;
    /** Messages in flight to a client of MQTT 3, which has no say in it; as many as other brokers allow. */
    static final int WINDOW = 20;
    /** Levels of a topic. Matching recurses once a level. */
    static final int TOPIC_LEVELS = 200;
    /** Subscriptions of one client. */
    static final int SUBSCRIPTIONS = 1000;
    /** Retained messages of clients, and their bytes. */
    static final int RETAINED = 2000;
    /** See {@link #RETAINED}. */
    static final int RETAINED_BYTES = 1 << 20;
    /** Bytes of acknowledgements that a client leaves unread; then it is disconnected. */
    static final int UNREAD_ANSWERS = 64 << 10;
    /** What waits for the session loop: so many commands of clients, and so many messages of the gateway. */
    static final int COMMANDS = 2048;
    /** Bytes of the clients' messages among them, and one message more. */
    static final int COMMAND_BYTES = 1 << 20;

    /** Whether clients without a user name get in. */
    public boolean allowAnonymous;
    /** Connections at one time. */
    public int maxConnections;
    /** Of those, from one address. */
    public int maxConnectionsPerAddress;
    /** Packets of one client that are read in a second; 0 for no limit. */
    public int messagesPerS;
    /** The longest packet. */
    public int messageBytes;
    /** Messages held for one client, in flight and waiting. */
    public int queueMessages;
    /** Bytes held for one client, in flight and waiting. */
    public int queueBytes;
    /** The gateway's own topics: what is retained below is kept whatever clients retain. */
    public String ownRoot;
    /** Who is told. */
    public BrokerEvents events;
}
