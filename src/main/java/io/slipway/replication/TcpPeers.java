package io.slipway.replication;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slipway.config.ClusterConfig;
import io.slipway.config.FileProblem;
import io.slipway.config.PeerConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Connections to other gateways over TCP, those that we open and those that they do, on one thread of its own. Frames
 * have their length before them, two bytes, big-endian.
 */
final class TcpPeers implements Closeable {
    /** The largest frame of the rules, and some room. */
    private static final int MAX_FRAME = 17 << 10;
    /** Connections that others opened, at one time. */
    private static final int MOST = 128;
    /** What is read of a connection at once; with a pipe on it that waits in memory. */
    static final int MOST_READ = 16 << 10;
    private static final int FIRST_READ = 2 << 10;
    private static final int LEAST_READ = 512;
    private static final int CONNECT_MS = 20_000;
    /** Of one connection waits so much at most; the rules keep less on its way. */
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 << 10, 96 << 10);

    private final ClusterConfig config;
    private final String id;
    private final Engine engine;
    private final Health health;
    private final TcpTls tls;
    private final Map<String, byte[]> passwords = new HashMap<>();
    private final byte[] commonPassword;
    private final SecureRandom random = new SecureRandom();
    private final Set<Channel> accepted = new HashSet<>();
    private final NioEventLoopGroup group;
    private final EventLoop loop;
    private Channel server;
    /** {@code null} where nobody is to be found. */
    private volatile Discovery discovery;
    private List<Uplink> uplinks = Collections.emptyList();
    /** Made with the first tunnel that is asked for. */
    private TunnelExits exits;
    /** Whom the last tunnel went through: the next one goes to somebody else first. Guarded by this. */
    private int turn;
    private volatile boolean closed;

    /**
     * Reads passwords and certificates; connects to nothing yet.
     *
     * @param directory where a certificate that the gateway makes is kept
     * @throws IOException if a file of the configuration cannot be used; the message says which and why
     */
    TcpPeers(ClusterConfig config, String id, Path directory, Engine engine, Health health) throws IOException {
        this.config = config;
        this.id = id;
        this.engine = engine;
        this.health = health;
        this.commonPassword = config.passwordFile == null ? null : password(config.passwordFile);
        for (PeerConfig peer : config.peers) {
            if (peer.passwordFile != null) {
                passwords.put(peer.id, password(peer.passwordFile));
            }
        }
        this.tls = new TcpTls(config, directory, id);
        this.group = new NioEventLoopGroup(1, new DefaultThreadFactory("replication-net", true));
        this.loop = group.next();
    }

    private static byte[] password(Path file) throws IOException {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            int end = 0;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            if (end < ClusterConfig.LEAST_PASSWORD) {
                throw new IOException("the password in its first line has less than " + ClusterConfig.LEAST_PASSWORD
                    + " characters");
            }
            return text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        } catch (IOException unusable) {
            throw new IOException("config cluster: password_file " + file + ": " + FileProblem.of(unusable), unusable);
        }
    }

    /**
     * Listens when it returns, where it is to, and begins to connect.
     *
     * @throws IOException if the address cannot be bound
     */
    void start() throws IOException {
        if (config.listen != null) {
            try {
                server = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true).option(ChannelOption.SO_BACKLOG, 16)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.RCVBUF_ALLOCATOR, reads())
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                    .childHandler(new Pipeline(null, config.tls.isSet()))
                    .bind(config.listen.host, config.listen.port).syncUninterruptibly().channel();
            } catch (RuntimeException | Error failed) {
                throw failed;
            } catch (Exception refused) {
                // Netty throws what was checked without saying so.
                throw new IOException("Replication cannot listen on " + config.listen + ": " + refused.getMessage(),
                    refused);
            }
        }
        for (PeerConfig peer : config.peers) {
            if (peer.address != null) {
                loop.execute(new TcpPeer(this, peer));
            }
        }
        if (config.discover) {
            discovery = new Discovery(config, this, health);
            discovery.start();
        }
    }

    /** The port that is listened on; 0 where none is. */
    int port() {
        return server == null ? 0 : ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Whether that gateway was ever found on the LAN. Any thread. */
    boolean hasFound(String id) {
        Discovery now = discovery;
        return now != null && now.hasFound(id);
    }

    /** What a connection consists of. */
    private final class Pipeline extends ChannelInitializer<Channel> {
        /** {@code null} where somebody connects to us. */
        private final Caller caller;
        private final boolean secure;

        Pipeline(Caller caller, boolean secure) {
            this.caller = caller;
            this.secure = secure;
        }

        @Override
        protected void initChannel(Channel channel) throws IOException {
            if (caller == null && !admit(channel)) {
                health.count(Counter.SYNC_PEERS_REFUSED);
                channel.close();
                return;
            }
            if (secure) {
                channel.pipeline().addLast(tls.handler(channel.alloc(), caller == null));
            }
            channel.pipeline().addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, 2, 0, 2),
                new LengthFieldPrepender(2), new Greeting(TcpPeers.this, caller));
        }

        private boolean admit(final Channel channel) {
            if (accepted.size() >= MOST) {
                return false;
            }
            accepted.add(channel);
            channel.closeFuture().addListener(new ChannelFutureListener() {
                @Override
                public void operationComplete(ChannelFuture closed) {
                    accepted.remove(channel);
                }
            });
            return true;
        }
    }

    /** To be set before a channel's first read. */
    static RecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ);
    }

    Bootstrap bootstrap(Caller caller, boolean secure) {
        return new Bootstrap().group(loop).channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .option(ChannelOption.RCVBUF_ALLOCATOR, reads())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER).handler(new Pipeline(caller, secure));
    }

    /** What others may go through to. Before {@link #start}. */
    void uplinks(List<Uplink> all) {
        uplinks = all;
    }

    /** On the event loop. */
    TunnelExits exits() {
        if (exits == null) {
            exits = new TunnelExits(config.tunnel, uplinks, loop, health);
        }
        return exits;
    }

    /** Whether there is a neighbour that a tunnel can be asked of. Any thread. */
    boolean hasNeighbour() {
        for (PeerConfig peer : neighbours()) {
            if (canHelp(peer)) {
                return true;
            }
        }
        return false;
    }

    /** Those that are configured and those that are announced now. */
    private List<PeerConfig> neighbours() {
        List<PeerConfig> all = new ArrayList<>(config.peers);
        Discovery now = discovery;
        if (now != null) {
            now.addTo(all);
        }
        return all;
    }

    private boolean canHelp(PeerConfig peer) {
        return peer.address != null && engine.members().isUp(peer.id);
    }

    /**
     * A tunnel through a neighbour, each time another one where there are several. Any thread but the event loop.
     *
     * @return {@code null} where no neighbour that we can connect to is up
     */
    synchronized Tunnel tunnel(String upstream) {
        List<PeerConfig> all = neighbours();
        int size = all.size();
        for (int i = 1; i <= size && !closed; i++) {
            PeerConfig peer = all.get((turn + i) % size);
            if (canHelp(peer)) {
                turn = (turn + i) % size;
                return TunnelEntrance.open(this, peer, upstream);
            }
        }
        return null;
    }

    TcpTls tls() {
        return tls;
    }

    EventLoop loop() {
        return loop;
    }

    boolean isClosed() {
        return closed;
    }

    String cluster() {
        return config.name;
    }

    String id() {
        return id;
    }

    Engine engine() {
        return engine;
    }

    Health health() {
        return health;
    }

    /** A number that was never drawn before. */
    byte[] number() {
        byte[] number = new byte[Introduction.NUMBER_BYTES];
        random.nextBytes(number);
        return number;
    }

    /** The password between us and that gateway; {@code null} where there is none. */
    byte[] password(String peer) {
        byte[] own = passwords.get(peer);
        return own == null ? commonPassword : own;
    }

    /** Ends all connections and the thread. */
    @Override
    public void close() {
        closed = true;
        if (discovery != null) {
            discovery.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
