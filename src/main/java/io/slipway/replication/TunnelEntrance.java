package io.slipway.replication;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.slipway.config.PeerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * This end of a tunnel. It listens for one connection from this machine; then it connects to the neighbour, says who we
 * are, asks for the upstream, and leaves the rest to a {@link Pipe}. The event loop only, where nothing else is said.
 */
final class TunnelEntrance implements Tunnel, Caller {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final TcpPeers peers;
    private final PeerConfig peer;
    private final String upstream;
    private Channel server;
    /** From this machine. */
    private Channel local;
    private Channel neighbour;
    private boolean closed;
    /** From now on each end ends with the other, when what was under way has gone. */
    private boolean joined;
    private volatile int port;
    private volatile String failure;

    private TunnelEntrance(TcpPeers peers, PeerConfig peer, String upstream) {
        this.peers = peers;
        this.peer = peer;
        this.upstream = upstream;
    }

    /** Listens when it returns. Any thread but the event loop. */
    static TunnelEntrance open(TcpPeers peers, PeerConfig peer, String upstream) {
        TunnelEntrance one = new TunnelEntrance(peers, peer, upstream);
        one.listen();
        return one;
    }

    private void listen() {
        InetSocketAddress any;
        try {
            any = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0);
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
        server = new ServerBootstrap().group(peers.loop()).channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1)
            .childOption(ChannelOption.AUTO_READ, false).childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RCVBUF_ALLOCATOR, TcpPeers.reads())
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    connected(channel);
                }
            }).bind(any).syncUninterruptibly().channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    private void connected(Channel channel) {
        if (closed || local != null) {
            channel.close();
            return;
        }
        local = channel;
        server.close();
        endWith(channel);
        ChannelFuture dialled = peers.bootstrap(this, peer.tls).connect(peer.address.host, peer.address.port);
        neighbour = dialled.channel();
        dialled.addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture reached) {
                if (reached.isSuccess()) {
                    endWith(reached.channel());
                } else {
                    fail("is not reached: " + reached.cause().getMessage());
                }
            }
        });
    }

    /** Until it is joined, the tunnel is at its end with this channel. */
    private void endWith(Channel channel) {
        channel.closeFuture().addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture ended) {
                if (!joined) {
                    end();
                }
            }
        });
    }

    private void fail(String why) {
        if (failure == null) {
            failure = why;
        }
        end();
    }

    private void end() {
        closed = true;
        server.close();
        if (local != null) {
            local.close();
        }
        if (neighbour != null) {
            neighbour.close();
        }
    }

    /** Asks, and hears the answer. */
    private final class Asking extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(TunnelRequest.toBytes(upstream)), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
            byte[] frame = new byte[in.readableBytes()];
            in.readBytes(frame);
            TunnelReply reply = TunnelReply.parse(frame);
            if (reply == TunnelReply.OPEN) {
                join(context);
            } else {
                fail(reply == null ? "answers what this version does not understand" : reply.text);
            }
        }

        private void join(ChannelHandlerContext context) {
            joined = true;
            Channel channel = context.channel();
            // What the broker said already must not get ahead of what is held here.
            channel.config().setAutoRead(false);
            channel.pipeline().remove(LengthFieldPrepender.class);
            channel.pipeline().remove(this);
            Pipe.join(channel, null, local, null, peers.health(), 0);
            channel.pipeline().remove(LengthFieldBasedFrameDecoder.class);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail("answers what this version does not understand");
        }
    }

    @Override
    public String id() {
        return peer.id;
    }

    @Override
    public boolean accepts(byte[] certificate) {
        return TcpPeer.accepts(peer, certificate);
    }

    @Override
    public boolean isTunnel() {
        return true;
    }

    @Override
    public ChannelHandler introduced() {
        return new Asking();
    }

    /** A neighbour of a version that knows no tunnels says who it is and ends the connection. */
    @Override
    public void ended(boolean answered, String refusal) {
        fail(refusal != null ? "is refused: " + refusal : answered
            ? "ends the connection: it has another password, or is of a version that knows no tunnels"
            : "ends the connection");
    }

    @Override
    public String neighbour() {
        return peer.id;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        if (!peers.loop().isShuttingDown()) {
            peers.loop().execute(new Runnable() {
                @Override
                public void run() {
                    if (joined) {
                        // The last that was said may still be on its way to the broker.
                        Pipe.closeSoon(local);
                    } else {
                        end();
                    }
                }
            });
        }
    }
}
