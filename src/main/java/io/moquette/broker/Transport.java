package io.moquette.broker;

import io.netty.channel.Channel;

/** What lies between TCP and MQTT: nothing, TLS, WebSocket, or both. Called by the network thread. */
public interface Transport {
    /** Adds its handlers to the empty pipeline of a new connection. */
    void prepare(Channel channel);

    /** How long a client may take from its connection to the end of its CONNECT, in seconds. */
    int connectSeconds();

    /** Whom the client has proved to be already; {@code null} where it has to log in. Asked once it sent CONNECT. */
    String user(Channel channel);
}
