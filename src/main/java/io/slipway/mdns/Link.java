package io.slipway.mdns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.slipway.health.Counter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/** One network interface with IPv4 or IPv6: its socket, and who answers and asks there. The event loop only. */
final class Link extends SimpleChannelInboundHandler<DatagramPacket>
    implements Out, Runnable, ChannelFactory<Channel>, ChannelFutureListener, Browser.Observer {
    private static final byte[] GROUP4 = {(byte) 224, 0, 0, (byte) 251};
    private static final byte[] GROUP6 = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xfb};
    /** What a message has to get by with where Ethernet is (RFC 6762, 17); larger ones are fragmented. */
    private static final int USUAL_BYTES = 1500;

    private final Mdns mdns;
    private NetworkInterface network;
    private final boolean isIpv4;
    private final Responder responder;
    private final Browser browser;
    private final NameEncoder names = new NameEncoder();
    /** What is known here, as others may know it too. */
    private final Set<String> known = new HashSet<>();
    private List<InetAddress> addresses;
    private NioDatagramChannel channel;
    private InetSocketAddress group;
    private ScheduledFuture<?> next;
    private long nextAt = Long.MAX_VALUE;
    private boolean closed;

    Link(Mdns mdns, NetworkInterface network, boolean isIpv4, List<InetAddress> addresses) {
        this.mdns = mdns;
        this.network = network;
        this.isIpv4 = isIpv4;
        this.addresses = addresses;
        this.responder = new Responder(mdns.service(), this, mdns.random());
        this.browser = new Browser(mdns.service().type, network, this, mdns.random(), this);
    }

    String name() {
        return network.getName() + (isIpv4 ? " IPv4" : " IPv6");
    }

    /** Whether it is that interface, not one that was there before it under the same name. */
    boolean isOf(NetworkInterface other) {
        return other.getIndex() == network.getIndex();
    }

    @Override
    public Channel newChannel() {
        return new NioDatagramChannel(isIpv4 ? InternetProtocolFamily.IPv4 : InternetProtocolFamily.IPv6);
    }

    void open() {
        try {
            group = new InetSocketAddress(InetAddress.getByAddress(isIpv4 ? GROUP4 : GROUP6), Mdns.PORT);
            // Whoever has the port on this machine already goes on hearing all that comes to the group.
            new Bootstrap().group(mdns.loop()).channelFactory(this)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.IP_MULTICAST_IF, network)
                .option(ChannelOption.IP_MULTICAST_TTL, 255)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Message.MAX_BYTES))
                .handler(this)
                .bind(InetAddress.getByAddress(new byte[isIpv4 ? 4 : 16]), Mdns.PORT).addListener(this);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The socket is bound, or a group was joined. */
    @Override
    public void operationComplete(ChannelFuture done) {
        if (closed) {
            done.channel().close();
        } else if (!done.isSuccess()) {
            mdns.failed(this, done.cause());
            done.channel().close();
        } else if (channel == null) {
            channel = (NioDatagramChannel) done.channel();
            channel.joinGroup(group, network).addListener(this);
        } else {
            Logger.debug("Listens on {}", name());
            startResponder();
            browser.start(now());
            run();
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** Begins to announce, or anew under another name. */
    void startResponder() {
        responder.start(mdns.number(), addresses, mdns.delayMs(), now());
        wake();
    }

    /**
     * What the interface is now.
     *
     * @param newAddresses of it, those that the service is reached at
     */
    void look(NetworkInterface current, List<InetAddress> newAddresses) {
        boolean same = Collections.list(current.getInetAddresses())
            .equals(Collections.list(network.getInetAddresses()));
        network = current;
        if (!same && channel != null) {
            // The socket keeps the address that the interface had, and could send nothing any more.
            channel.config().setNetworkInterface(network);
        }
        if (!newAddresses.equals(addresses) && channel != null) {
            addresses = newAddresses;
            responder.moved(addresses, now());
            browser.start(now());
            wake();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        InetSocketAddress from = packet.sender();
        Message message = isNear(from.getAddress()) ? Message.parse(packet.content().slice()) : null;
        if (message == null) {
            mdns.health().count(Counter.MDNS_BAD);
            return;
        }
        long now = now();
        if (responder.received(message, from, mdns.isOwn(from.getAddress()), now)) {
            mdns.conflict();
        }
        browser.received(message, from, now);
        wake();
    }

    /** Whether it can come from this link alone (RFC 6762, 11). */
    private boolean isNear(InetAddress from) {
        byte[] bytes = from.getAddress();
        if (from.isLinkLocalAddress()) {
            return true;
        }
        for (InterfaceAddress own : network.getInterfaceAddresses()) {
            byte[] mine = own.getAddress().getAddress();
            int bits = own.getNetworkPrefixLength();
            boolean same = mine.length == bytes.length;
            for (int i = 0; same && i < bits; i++) {
                same = ((mine[i / 8] ^ bytes[i / 8]) >> (7 - i % 8) & 1) == 0;
            }
            if (same) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Such as an interface that is down for the moment; the next look sees to it.
        Logger.debug("{}: {}", name(), cause.toString());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        mdns.failed(this, new java.io.IOException("the socket was closed"));
        end();
    }

    /** Does what is due, and sees to it that it is called again in time. */
    @Override
    public void run() {
        nextAt = Long.MAX_VALUE;
        wake();
    }

    private void wake() {
        long now = now();
        long due = Math.min(responder.run(now), browser.run(now));
        if (due < nextAt && channel != null) {
            if (next != null) {
                next.cancel(false);
            }
            nextAt = due;
            next = mdns.loop().schedule(this, Math.max(1, due - now), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void send(Message message, InetSocketAddress to) {
        if (channel != null && channel.isActive()) {
            ByteBuf bytes = Unpooled.buffer(USUAL_BYTES);
            message.write(bytes, names);
            channel.writeAndFlush(new DatagramPacket(bytes, to == null ? group : to));
        }
    }

    @Override
    public void found(Instance instance) {
        known.add(instance.name);
        mdns.found(instance);
    }

    @Override
    public void lost(String name) {
        known.remove(name);
        mdns.lost(name);
    }

    @Override
    public void dropped() {
        mdns.health().count(Counter.MDNS_DROPPED);
    }

    /** Whether that instance is here. */
    boolean knows(String name) {
        return known.contains(name);
    }

    /** @param goodbye whether to say so: not where the interface is gone */
    void close(boolean goodbye) {
        closed = true;
        if (channel != null) {
            if (goodbye) {
                responder.goodbye();
            }
            NioDatagramChannel closing = channel;
            channel = null;
            closing.close();
        }
        end();
    }

    private void end() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
        browser.end();
    }
}
