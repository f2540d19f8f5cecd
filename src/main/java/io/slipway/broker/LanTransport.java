package io.slipway.broker;

import io.moquette.broker.Transport;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.slipway.security.ServerTls;

/** What lies between TCP and MQTT on one of the broker's addresses. Immutable; called by the network thread. */
final class LanTransport implements Transport {
    private static final String TLS = "tls";
    private static final int CONNECT_SECONDS = 10;
    /** A handshake comes before the CONNECT, and takes a small processor seconds. */
    private static final int TLS_CONNECT_SECONDS = 30;

    private final ServerTls tls;
    private final boolean webSocket;
    private final boolean anyOrigin;

    /**
     * A transport.
     *
     * @param tls {@code null} for none
     * @param anyOrigin for WebSocket, whether pages of other servers may connect
     */
    LanTransport(ServerTls tls, boolean webSocket, boolean anyOrigin) {
        this.tls = tls;
        this.webSocket = webSocket;
        this.anyOrigin = anyOrigin;
    }

    @Override
    public void prepare(Channel channel) {
        if (tls != null) {
            channel.pipeline().addLast(TLS, tls.handler(channel.alloc()));
        }
        if (webSocket) {
            channel.pipeline().addLast(new WebSocketDecoder(anyOrigin)).addLast(new WebSocketEncoder());
        }
    }

    @Override
    public int connectSeconds() {
        return tls == null ? CONNECT_SECONDS : TLS_CONNECT_SECONDS;
    }

    @Override
    public String user(Channel channel) {
        return tls == null ? null : ServerTls.user((SslHandler) channel.pipeline().get(TLS));
    }
}
