package io.slipway.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slipway.config.WebConfig;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.security.ServerTls;
import io.slipway.security.Users;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * The HTTP server: one network thread and one that answers. Everything that a client can make it hold is bounded: a
 * request's line by {@value #LINE_BYTES} bytes, its headers by {@value #HEADER_BYTES}, its body by {@value
 * #BODY_BYTES}, and the time for each.
 */
public final class WebServer implements Closeable {
    static final int LINE_BYTES = 4096;
    static final int HEADER_BYTES = 8192;
    /** A command's payload is at most 64 KB, which in hexadecimal digits is twice that. */
    static final int BODY_BYTES = 140_000;
    private static final int CHUNK_BYTES = 8192;
    /** Of what is written to a client and not yet taken by its socket; above it a slow follower loses. */
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(8 << 10, 32 << 10);
    private static final int END_MS = 400;

    private final WebConfig config;
    private final Health health;
    private final Live live;
    private final Work work;
    private final Door door;
    private final Gate gate;
    /** {@code null} for plain HTTP. */
    private final ServerTls tls;
    private final NioEventLoopGroup network;
    private final ChannelGroup clients;
    private Channel listener;

    /**
     * Does not listen yet.
     *
     * @param users {@code null} where everybody may come in
     * @param tls {@code null} for plain HTTP
     * @param realm the gateway's id, which a browser shows where it asks for a password
     */
    public WebServer(WebConfig config, Site site, Users users, ServerTls tls, String realm, Health health) {
        this.config = config;
        this.health = health;
        this.tls = tls;
        this.live = site.live();
        this.work = new Work(site, health);
        this.door = new Door(users, realm, work, health);
        this.gate = new Gate(config.requestsPerS, users == null, tls == null ? "http" : "https");
        this.network = new NioEventLoopGroup(1, new DefaultThreadFactory("web"));
        this.clients = new DefaultChannelGroup(network.next());
        health.gauge("web_connections", new Gauge() {
            @Override
            public long value() {
                return clients.size();
            }
        });
    }

    /**
     * Listens when it returns. Once, by the thread that wires the gateway.
     *
     * @throws IOException if the address cannot be bound; {@link #close} is due even then
     */
    public void start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(network).channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    ChannelPipeline pipeline = channel.pipeline();
                    if (tls != null) {
                        pipeline.addLast(tls.handler(channel.alloc()));
                    }
                    pipeline.addLast(new HttpServerCodec(LINE_BYTES, HEADER_BYTES, CHUNK_BYTES));
                    pipeline.addLast(new HttpObjectAggregator(BODY_BYTES, true));
                    pipeline.addLast(new Connection(WebServer.this));
                }
            });
        ChannelFuture bound = bootstrap.bind(new InetSocketAddress(config.listen.host, config.listen.port))
            .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("The web server cannot listen on " + config.listen + ": "
                + (bound.cause() instanceof UnresolvedAddressException ? "unknown host" : bound.cause().getMessage()),
                bound.cause());
        }
        listener = bound.channel();
        health.pulse("web", new Pulse.Probe() {
            @Override
            public void ask(final Pulse answer) {
                network.execute(new Runnable() {
                    @Override
                    public void run() {
                        answer.rest();
                    }
                });
            }
        });
        Logger.info("The web server listens on {} port {}", config.listen.host, port());
    }

    /** The port that is listened on. Only after {@link #start}. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Called by the network thread; false, and counted, where there are too many connections. */
    boolean admit(Channel channel) {
        if (clients.size() >= config.maxConnections) {
            health.count(Counter.WEB_CONNECTION_REFUSED);
            return false;
        }
        clients.add(channel);
        return true;
    }

    Live live() {
        return live;
    }

    /** Whom the client's certificate names; {@code null} where it showed none. */
    String certified(Channel channel) {
        SslHandler handler = tls == null ? null : channel.pipeline().get(SslHandler.class);
        return handler == null ? null : ServerTls.user(handler);
    }

    Door door() {
        return door;
    }

    Gate gate() {
        return gate;
    }

    /** Ends all connections and the threads. Returns within 2 s. */
    @Override
    public void close() {
        work.close();
        try {
            if (listener != null) {
                listener.close().await(END_MS);
            }
            clients.close().await(END_MS);
            network.shutdownGracefully(0, END_MS, TimeUnit.MILLISECONDS).await(2 * END_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
