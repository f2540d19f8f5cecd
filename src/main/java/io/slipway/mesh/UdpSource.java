package io.slipway.mesh;

import io.slipway.config.Ipv6Prefix;
import io.slipway.config.MeshConfig;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.reading.Eui64;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Sockets of this router, where a mesh is routed and not bridged: 6LBR as a router, OpenThread, wpantund. Nodes send
 * to the router's own address, and the kernel does what a border router's line does elsewhere. What comes from outside
 * of the allowed prefixes is counted and nothing more. One thread of its own reads. Errors that a mote sends back for a
 * datagram stay with the kernel: an unconnected socket does not hear of them.
 */
final class UdpSource implements Attachment {
    /** No mesh carries a longer one. */
    private static final int LONGEST = 2048;
    private static final long TICK_MS = 1000;
    private static final long RETRY_NS = 5_000_000_000L;
    /** Link-local nodes whose interface is remembered. */
    private static final int SCOPES = 1024;

    private final MeshConfig config;
    private final Uplinks uplinks;
    private final Health health;
    private final Inet6Address local;
    private final Ipv6Address host;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST + 1);
    /** On which interface a link-local node was heard last. */
    private final Map<Ipv6Address, Integer> scopes = new LinkedHashMap<Ipv6Address, Integer>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Ipv6Address, Integer> eldest) {
            return size() > SCOPES;
        }
    };
    /** The open sockets; empty while they are closed. Never changed, but replaced. */
    private volatile List<DatagramChannel> channels = new ArrayList<>();
    private volatile boolean closed;
    private volatile Selector selector;

    /** Opens nothing yet. */
    UdpSource(MeshConfig config, Uplinks uplinks, final Health health) {
        this.config = config;
        this.uplinks = uplinks;
        this.health = health;
        try {
            this.local = (Inet6Address) InetAddress.getByName(config.link.target);
        } catch (IOException notNumeric) {
            throw new IllegalArgumentException(notNumeric.getMessage(), notNumeric);
        }
        this.host = address(local);
        this.thread = new Thread(config.name + "-udp") {
            @Override
            public void run() {
                work();
            }
        };
        thread.setUncaughtExceptionHandler(new Thread.UncaughtExceptionHandler() {
            @Override
            public void uncaughtException(Thread dead, Throwable cause) {
                health.alarm(dead, cause);
            }
        });
    }

    private static Ipv6Address address(Inet6Address address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return Ipv6Address.of(bytes.getLong(), bytes.getLong());
    }

    @Override
    public void start() {
        thread.start();
    }

    private void work() {
        try {
            selector = Selector.open();
        } catch (IOException failed) {
            health.state(config.name, "not listening");
            health.error(config.name + ": cannot listen: " + failed.getMessage());
            return;
        }
        Pulse pulse = health.pulse(config.name, false);
        long retryAt = System.nanoTime();
        while (!closed) {
            try {
                if (channels.isEmpty() && System.nanoTime() - retryAt >= 0) {
                    retryAt = System.nanoTime() + RETRY_NS;
                    open();
                }
                pulse.rest();
                selector.select(TICK_MS);
                pulse.work();
                receive();
            } catch (IOException failed) {
                health.state(config.name, "not listening");
                health.error(config.name + ": cannot listen on " + config.link + ": " + failed.getMessage());
                health.count(Counter.LINK_FAILED);
                closeChannels();
            }
            uplinks.tick();
        }
        closeChannels();
    }

    private void open() throws IOException {
        TreeSet<Integer> ports = new TreeSet<>(config.ports);
        ports.add(config.link.port);
        for (UdpService service : uplinks.services()) {
            if (service.port() > 0) {
                ports.add(service.port());
            }
        }
        List<DatagramChannel> opened = new ArrayList<>();
        try {
            for (int port : ports) {
                DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6);
                opened.add(channel);
                channel.configureBlocking(false);
                channel.bind(new InetSocketAddress(local, port));
                channel.register(selector, SelectionKey.OP_READ, port);
            }
        } catch (IOException failed) {
            close(opened);
            throw failed;
        }
        channels = opened;
        health.count(Counter.LINK_OPENED);
        health.state(config.name, "running");
    }

    private void receive() throws IOException {
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            // One at a time from each, so that a noisy port does not silence the others.
            if (key.isValid()) {
                buffer.clear();
                SocketAddress from = ((DatagramChannel) key.channel()).receive(buffer);
                buffer.flip();
                if (from != null) {
                    datagram((InetSocketAddress) from, (Integer) key.attachment());
                }
            }
        }
    }

    private void datagram(InetSocketAddress from, int port) {
        health.count(Counter.LINK_BYTES_READ, buffer.remaining());
        if (buffer.remaining() > LONGEST) {
            health.count(Counter.MESH_OVERSIZE);
            return;
        }
        Ipv6Address src = from.getAddress() instanceof Inet6Address ? address((Inet6Address) from.getAddress()) : null;
        if (src == null || !isAllowed(src)) {
            health.count(Counter.MESH_FOREIGN_SOURCE);
            return;
        }
        if (src.isLinkLocal()) {
            synchronized (scopes) {
                scopes.put(src, ((Inet6Address) from.getAddress()).getScopeId());
            }
        }
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        uplinks.datagram(new Route(host, port, src, from.getPort()), 0, payload);
    }

    private boolean isAllowed(Ipv6Address src) {
        // The interface identifier of EUI-64 zero would pass for the gateway's own LAN.
        if (src.low() == Eui64.LAN.interfaceId()) {
            return false;
        }
        for (Ipv6Prefix prefix : config.allow) {
            if (prefix.contains(src.high(), src.low())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Transmission transmission(Route route, byte[] payload, CommandListener listener) {
        if (route.nodePort < 1) {
            throw new IllegalArgumentException("UDP port " + route.nodePort + " is not 1 to 65535");
        }
        return new Transmission(route, payload, 0, listener);
    }

    @Override
    public void write(Transmission transmission) throws IOException {
        Route route = transmission.route;
        DatagramChannel channel = channel(route.hostPort);
        byte[] address = ByteBuffer.allocate(16).putLong(route.node.high()).putLong(route.node.low()).array();
        Inet6Address to = Inet6Address.getByAddress(null, address, scope(route.node));
        if (channel.send(ByteBuffer.wrap(transmission.wire), new InetSocketAddress(to, route.nodePort)) == 0
                && transmission.wire.length > 0) {
            throw new IOException("the network takes nothing now");
        }
        health.count(Counter.LINK_BYTES_WRITTEN, transmission.wire.length);
    }

    /** Of this port, or where nothing listens on it any more, any. */
    private DatagramChannel channel(int port) throws IOException {
        List<DatagramChannel> open = channels;
        for (DatagramChannel channel : open) {
            if (((InetSocketAddress) channel.getLocalAddress()).getPort() == port) {
                return channel;
            }
        }
        if (open.isEmpty()) {
            throw new IOException("not listening");
        }
        return open.get(0);
    }

    private int scope(Ipv6Address node) {
        synchronized (scopes) {
            Integer scope = node.isLinkLocal() ? scopes.get(node) : null;
            return scope == null ? 0 : scope;
        }
    }

    @Override
    public void write(byte[] wire) throws IOException {
        throw new IOException("there is no line");
    }

    @Override
    public boolean isUp() {
        return !channels.isEmpty();
    }

    @Override
    public Ipv6Address host() {
        return host;
    }

    @Override
    public long prefix() {
        return config.prefix;
    }

    @Override
    public void close() {
        closed = true;
        Selector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
        try {
            thread.join(2 * TICK_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeChannels() {
        List<DatagramChannel> open = channels;
        channels = new ArrayList<>();
        close(open);
        try {
            if (closed && selector != null) {
                selector.close();
            }
        } catch (IOException ignored) {
            // Nothing hangs on it any more.
        }
    }

    private static void close(List<DatagramChannel> open) {
        for (DatagramChannel channel : open) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The kernel has taken it back all the same.
            }
        }
    }
}
