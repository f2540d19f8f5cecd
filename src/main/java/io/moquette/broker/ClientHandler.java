package io.moquette.broker;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/** The end of one client's pipeline: hands packets to its {@link MQTTConnection}. Called by the network thread. */
final class ClientHandler extends ChannelInboundHandlerAdapter {
    /** The name of the handler that watches for silence. */
    static final String IDLE = "idle";

    /** The name of this handler. */
    static final String NAME = "client";

    private final MqttServer server;
    private final MQTTConnection connection;
    private final int connectSeconds;

    ClientHandler(MqttServer server, MQTTConnection connection, int connectSeconds) {
        this.server = server;
        this.connection = connection;
        this.connectSeconds = connectSeconds;
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        if (!server.admit(ctx.channel())) {
            ctx.close();
            return;
        }
        // By the clock and not by silence: a byte now and then must not keep a connection that says nothing.
        final ScheduledFuture<?> deadline = ctx.executor().schedule(new Runnable() {
            @Override
            public void run() {
                if (!connection.hasBegun()) {
                    server.connectTimedOut();
                    ctx.close();
                }
            }
        }, connectSeconds, TimeUnit.SECONDS);
        ctx.channel().closeFuture().addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture closed) {
                deadline.cancel(false);
            }
        });
    }

    /** Closes the connection if its user may not stay. */
    void dismiss(MqttServer.Guests guests) {
        connection.dismiss(guests);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        MqttMessage packet = (MqttMessage) message;
        try {
            if (packet.decoderResult().isFailure() || packet.fixedHeader() == null) {
                Logger.debug("{}: {}", ctx.channel(), packet.decoderResult());
                ctx.close();
            } else {
                connection.handleMessage(packet);
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.handleConnectionLost();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            // Also sends the will, MQTT 3.1.1 section 3.1.2.10.
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset connection is everyday; nothing here is worth more than a line.
        Logger.debug("{}: {}", ctx.channel(), cause);
        ctx.close();
    }
}
