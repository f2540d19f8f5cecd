package io.slipway.mdns;

import io.netty.channel.EventLoop;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.Closeable;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * Announces a service and finds others of its type, on all links that there are or on those that are named, of which
 * it looks every few seconds what became. IPv4 and IPv6 are two links. On an event loop that it is given.
 */
public final class Mdns implements Closeable, Runnable {
    /** The port of multicast DNS. Others on this machine may use it too. */
    static final int PORT = 5353;
    private static final long LOOK_S = 5;
    private static final int MAX_LINKS = 16;
    private static final int MANY_CONFLICTS = 15;
    private static final long MANY_CONFLICTS_MS = 5000;
    private static final long CLOSE_MS = 1000;

    private final EventLoop loop;
    private final List<String> interfaces;
    private final InetAddress reached;
    private final Service service;
    private final Listener listener;
    private final Random random;
    private final Health health;
    private final Map<String, Link> links = new HashMap<>();
    private Set<InetAddress> own = Collections.emptySet();
    private int number = 1;
    private int conflicts;
    private boolean closed;

    /**
     * Does nothing yet.
     *
     * @param interfaces names of network interfaces; empty for all that are up and do multicast
     * @param reached the address that the service is reached at; one of all zeros for all that an interface has, of
     *     IPv4 alone where it is one of that
     * @param listener is called by the event loop
     */
    public Mdns(EventLoop loop, List<String> interfaces, InetAddress reached, Service service, Listener listener,
                Random random, Health health) {
        this.loop = loop;
        this.interfaces = interfaces;
        this.reached = reached;
        this.service = service;
        this.listener = listener;
        this.random = random;
        this.health = health;
    }

    /** Begins. Any thread; returns at once. Call once. */
    public void start() {
        loop.execute(this);
    }

    /** Looks which links there are; from then on again and again. The event loop. */
    @Override
    public void run() {
        if (closed) {
            return;
        }
        try {
            look();
        } catch (SocketException unreadable) {
            health.error("mdns: the network interfaces cannot be read: " + unreadable.getMessage());
        }
        loop.schedule(this, LOOK_S, TimeUnit.SECONDS);
    }

    private void look() throws SocketException {
        Set<String> gone = new HashSet<>(links.keySet());
        Set<InetAddress> all = new HashSet<>();
        Enumeration<NetworkInterface> each = NetworkInterface.getNetworkInterfaces();
        while (each != null && each.hasMoreElements()) {
            NetworkInterface one = each.nextElement();
            all.addAll(Collections.list(one.getInetAddresses()));
            List<InetAddress> addresses = isWanted(one) ? addresses(one) : Collections.<InetAddress>emptyList();
            look(one, addresses, true, gone);
            look(one, addresses, false, gone);
        }
        own = all;
        for (String name : gone) {
            links.remove(name).close(false);
        }
    }

    private void look(NetworkInterface one, List<InetAddress> addresses, boolean isIpv4, Set<String> gone) {
        boolean has = false;
        for (InetAddress address : addresses) {
            has |= address instanceof Inet4Address == isIpv4;
        }
        String name = one.getName() + (isIpv4 ? " IPv4" : " IPv6");
        Link link = links.get(name);
        if (!has || link != null && !link.isOf(one)) {
            return;
        }
        gone.remove(name);
        if (link != null) {
            link.look(one, addresses);
        } else if (links.size() < MAX_LINKS) {
            link = new Link(this, one, isIpv4, addresses);
            links.put(name, link);
            link.open();
        }
    }

    private boolean isWanted(NetworkInterface one) throws SocketException {
        if (!interfaces.isEmpty()) {
            return interfaces.contains(one.getName()) && one.isUp();
        }
        return one.isUp() && one.supportsMulticast() && !one.isLoopback() && !one.isPointToPoint();
    }

    private List<InetAddress> addresses(NetworkInterface one) {
        List<InetAddress> addresses = new ArrayList<>();
        Enumeration<InetAddress> each = one.getInetAddresses();
        while (each.hasMoreElements()) {
            InetAddress address = each.nextElement();
            boolean fits = reached.isAnyLocalAddress()
                ? address instanceof Inet4Address || !(reached instanceof Inet4Address) : address.equals(reached);
            if (fits && addresses.size() < Browser.MAX_ADDRESSES) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    // For the links.

    EventLoop loop() {
        return loop;
    }

    Service service() {
        return service;
    }

    Random random() {
        return random;
    }

    Health health() {
        return health;
    }

    /** Under which of its names the service is announced. */
    int number() {
        return number;
    }

    /** How long to wait before a name is asked for: longer where many were taken (RFC 6762, 8.1). */
    long delayMs() {
        return conflicts < MANY_CONFLICTS ? 0 : MANY_CONFLICTS_MS;
    }

    /** Whether this machine has that address. */
    boolean isOwn(InetAddress address) {
        return own.contains(address);
    }

    /** Somebody else has the name: the service gets the next one, on all links. */
    void conflict() {
        number++;
        conflicts++;
        health.count(Counter.MDNS_CONFLICTS);
        health.error("mdns: another machine announces itself as '" + service.label
            + "'; if that is a gateway, two have the same id");
        Logger.debug("Announced as {}", service.instance(number));
        for (Link link : links.values()) {
            link.startResponder();
        }
    }

    /** A link could not be opened or has failed; it is tried again. */
    void failed(Link link, Throwable cause) {
        if (links.get(link.name()) == link) {
            links.remove(link.name());
            health.error("mdns: " + link.name() + ": " + cause.getMessage());
        }
    }

    void found(Instance instance) {
        listener.found(instance);
    }

    /** An instance is gone from a link; it may be there on another. */
    void lost(String name) {
        for (Link link : links.values()) {
            if (link.knows(name)) {
                return;
            }
        }
        listener.lost(name);
    }

    /** Says goodbye and ends. Any thread but the event loop; returns once it is sent, or after a second. */
    @Override
    public void close() {
        loop.submit(new Runnable() {
            @Override
            public void run() {
                closed = true;
                for (Link link : links.values()) {
                    link.close(true);
                }
                links.clear();
            }
        }).awaitUninterruptibly(CLOSE_MS);
    }
}
