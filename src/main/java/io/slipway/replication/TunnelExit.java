package io.slipway.replication;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.slipway.config.HostPort;
import io.slipway.health.Counter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * A member that has introduced itself wants a tunnel: takes its request, connects to the broker that our own
 * configuration names, answers, and leaves the rest to a {@link Pipe}. Its event loop only.
 */
final class TunnelExit extends SimpleChannelInboundHandler<ByteBuf> {
    private static final long PATIENCE_S = 30;
    private static final int CONNECT_MS = 20_000;
    /** Signs of life that a broker expects, so many of them, without which a tunnel is given up. */
    private static final int KEEP_ALIVES = 3;
    private static final long LEAST_IDLE_S = 120;

    private final TunnelExits exits;
    private final String member;
    private Uplink uplink;
    private boolean done;

    TunnelExit(TunnelExits exits, String member) {
        this.exits = exits;
        this.member = member;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        context.executor().schedule(new Runnable() {
            @Override
            public void run() {
                if (!done) {
                    context.close();
                }
            }
        }, PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
        byte[] frame = new byte[in.readableBytes()];
        in.readBytes(frame);
        String name = TunnelRequest.parse(frame);
        if (name == null || uplink != null) {
            // A second request comes from nobody who speaks our version.
            refuse(context, TunnelReply.BAD);
            return;
        }
        Uplink asked = exits.find(name);
        TunnelReply reply = exits.judge(asked);
        if (reply != TunnelReply.OPEN) {
            refuse(context, reply);
            return;
        }
        uplink = asked;
        // What comes behind the request waits in the kernel.
        context.channel().config().setAutoRead(false);
        exits.began();
        context.channel().closeFuture().addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture closed) {
                exits.ended();
            }
        });
        lookUp(context);
    }

    /** The system's resolver blocks, for seconds where a name server is silent, and this loop serves all members. */
    private void lookUp(final ChannelHandlerContext context) {
        final HostPort broker = uplink.config().broker;
        Thread thread = new Thread("tunnel-name") {
            @Override
            public void run() {
                InetSocketAddress found = null;
                try {
                    found = new InetSocketAddress(InetAddress.getByName(broker.host), broker.port);
                } catch (UnknownHostException unknown) {
                    Logger.debug("Tunnel: unknown host {}", broker.host);
                }
                tell(context, found);
            }
        };
        thread.setDaemon(true);
        thread.start();
    }

    private void tell(final ChannelHandlerContext context, final InetSocketAddress found) {
        try {
            context.executor().execute(new Runnable() {
                @Override
                public void run() {
                    if (found == null) {
                        refuse(context, TunnelReply.UNREACHABLE);
                    } else if (isAwaited(context)) {
                        connect(context, found);
                    }
                }
            });
        } catch (RejectedExecutionException closing) {
            Logger.debug("Tunnel: the gateway ends");
        }
    }

    private void connect(final ChannelHandlerContext context, InetSocketAddress broker) {
        new Bootstrap().group(exits.loop()).channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false).option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .option(ChannelOption.RCVBUF_ALLOCATOR, TcpPeers.reads())
            .handler(new ChannelInboundHandlerAdapter()).connect(broker).addListener(new ChannelFutureListener() {
                @Override
                public void operationComplete(ChannelFuture connected) {
                    if (!connected.isSuccess()) {
                        Logger.debug("Tunnel: {}", connected.cause().getMessage());
                        refuse(context, TunnelReply.UNREACHABLE);
                    } else if (isAwaited(context)) {
                        join(context, connected.channel());
                    } else {
                        connected.channel().close();
                    }
                }
            });
    }

    private void join(ChannelHandlerContext context, Channel broker) {
        done = true;
        Channel neighbour = context.channel();
        context.writeAndFlush(Unpooled.wrappedBuffer(TunnelReply.OPEN.toBytes()), context.voidPromise());
        neighbour.pipeline().remove(LengthFieldPrepender.class);
        neighbour.pipeline().remove(this);
        long idleS = Math.max(LEAST_IDLE_S, (long) KEEP_ALIVES * uplink.config().keepAliveS);
        Pipe.join(neighbour, Counter.TUNNEL_BYTES_UP, broker, Counter.TUNNEL_BYTES_DOWN, exits.health(),
            idleS * 1_000_000_000L);
        // Last, for it hands on what it holds already.
        neighbour.pipeline().remove(LengthFieldBasedFrameDecoder.class);
        exits.health().count(Counter.TUNNELS_OPENED);
        Logger.info("Tunnel: {} goes to upstream {} through this gateway", member, uplink.config().name);
    }

    private boolean isAwaited(ChannelHandlerContext context) {
        return !done && context.channel().isActive();
    }

    private void refuse(ChannelHandlerContext context, TunnelReply reply) {
        if (done) {
            return;
        }
        done = true;
        exits.health().count(Counter.TUNNELS_REFUSED);
        Logger.debug("Tunnel: {} is refused: this gateway {}", member, reply.text);
        context.writeAndFlush(Unpooled.wrappedBuffer(reply.toBytes())).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Logger.debug("Tunnel: a connection failed: {}", cause.toString());
        context.close();
    }
}
