package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.ResourceLink;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;

/**
 * CoAP in one mesh: a thread of its own with an inbox, which owns all that there is to know of exchanges. Any thread
 * may call; nothing waits.
 */
public final class Coap {
    /** Where nodes find the gateway, and the gateway finds nodes (RFC 7252 section 6.1). */
    public static final int PORT = 5683;
    /**
     * Where our requests come from. Always the same, so that what a node still sends to an earlier life of the gateway
     * comes here, and is ended. Of the ports from 0xf000, of which 6LoWPAN leaves a byte out (RFC 6282 section 4.3.1).
     */
    public static final int CLIENT_PORT = 0xf0f3;

    private static final int INBOX = 512;
    /** How long stopping waits for what is still to be said to the nodes. */
    private static final long FAREWELL_MS = 500;

    /** Something that happened. */
    private abstract static class Event {
        abstract void happen();
    }

    /** Where everything goes that nodes say. */
    interface Output extends Readings {
        /** See {@link Mesh#offers}. */
        void offers(Eui64 node, List<ResourceLink> links);
    }

    private final Mesh mesh;
    private final CoapSettings settings;
    private final Health health;
    private final CoapEndpoint endpoint;
    private final Subscriptions subscriptions;
    private final Thread thread;
    private final ArrayDeque<Event> inbox = new ArrayDeque<>();
    /** Guarded by the inbox; when set, nothing more is taken in. */
    private boolean stopping;
    /** Messages handed to the line of which nothing has been heard. */
    private int onTheirWay;

    /** Starts the thread. */
    public Coap(String name, final Mesh mesh, CoapSettings settings, final Readings readings, Health health) {
        this.mesh = mesh;
        this.settings = settings;
        this.health = health;
        Output output = new Output() {
            @Override
            public void reading(Eui64 node, String source, int contentFormat, byte[] payload) {
                readings.reading(node, source, contentFormat, payload);
            }

            @Override
            public void offers(Eui64 node, List<ResourceLink> links) {
                mesh.offers(node, links);
            }
        };
        this.endpoint = new CoapEndpoint(settings, new MeshNetwork(), output, new Identifiers(new SecureRandom()),
            new Alarms(nowMs()), health);
        this.subscriptions = new Subscriptions(settings, endpoint.client, output);
        this.thread = new Thread(name + "-coap") {
            @Override
            public void run() {
                work();
            }
        };
        thread.start();
    }

    /** A datagram that came to one of our two ports. */
    public void received(final Eui64 node, final Route back, final byte[] payload) {
        boolean taken = post(new Event() {
            @Override
            void happen() {
                endpoint.received(node, back, payload);
            }
        }, INBOX);
        if (!taken) {
            health.count(Counter.COAP_INBOX_DROPPED);
        }
    }

    /** A node was heard that was unknown or silent. */
    public void cameOnline(final Eui64 node) {
        post(new Event() {
            @Override
            void happen() {
                subscriptions.cameOnline(node);
            }
        }, INBOX);
    }

    /**
     * Asks a node.
     *
     * @param assumed whether a node that was never heard is asked at the address that follows from its name
     */
    public void request(Eui64 node, CoapRequest request, boolean assumed, ResponseListener listener) {
        final Transfer transfer = new Transfer(node, request, assumed, settings.blockBytes, listener);
        boolean taken = post(new Event() {
            @Override
            void happen() {
                endpoint.client.submit(transfer);
            }
        }, INBOX);
        if (!taken) {
            health.count(Counter.COAP_FAILED);
            listener.failed("too many requests are waiting, or the gateway stops");
        }
    }

    /** Ends what nodes were asked to send, fails what waits, and ends the thread. Returns within a second or so. */
    public void stop() {
        synchronized (inbox) {
            stopping = true;
            inbox.notifyAll();
        }
        try {
            thread.join(2 * FAREWELL_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean post(Event event, int limit) {
        synchronized (inbox) {
            if (stopping || inbox.size() >= limit) {
                return false;
            }
            inbox.add(event);
            inbox.notifyAll();
            return true;
        }
    }

    private void work() {
        subscriptions.start();
        try {
            while (true) {
                Event event = take(advance());
                if (event != null) {
                    advance();
                    happen(event);
                } else if (isStopping()) {
                    break;
                }
            }
            farewell();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void happen(Event event) {
        try {
            event.happen();
        } catch (RuntimeException bug) {
            // One node's message must not end the service of all the others.
            health.error("coap: unexpected " + bug);
        }
    }

    private long advance() {
        try {
            return endpoint.alarms.advance(nowMs());
        } catch (RuntimeException bug) {
            // The alarm that rang is not set any more; the others are rung at once.
            health.error("coap: unexpected " + bug);
            return 0;
        }
    }

    /** The next event; {@code null} where the time has come or the end. */
    private Event take(long untilMs) throws InterruptedException {
        synchronized (inbox) {
            while (inbox.isEmpty() && !stopping) {
                long left = untilMs - nowMs();
                if (left <= 0) {
                    return null;
                }
                inbox.wait(Math.min(left, Integer.MAX_VALUE));
            }
            return inbox.poll();
        }
    }

    private boolean isStopping() {
        synchronized (inbox) {
            return stopping;
        }
    }

    private void farewell() throws InterruptedException {
        endpoint.client.failAll("the gateway stops");
        subscriptions.stop();
        long until = nowMs() + FAREWELL_MS;
        synchronized (inbox) {
            while (onTheirWay > 0 && nowMs() < until) {
                inbox.wait(FAREWELL_MS);
            }
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    /** The mesh as the way down. */
    private final class MeshNetwork implements Network {
        @Override
        public Route route(Eui64 node, boolean assumed) {
            return assumed ? mesh.assumedRoute(node, settings.clientPort, PORT)
                : mesh.route(node, settings.clientPort, PORT);
        }

        @Override
        public int longest() {
            return settings.messageBytes;
        }

        @Override
        public void send(Route to, byte[] message, Delivery delivery) {
            synchronized (inbox) {
                onTheirWay++;
            }
            mesh.send(to, message, new Postman(delivery));
        }
    }

    /** Brings the line's news of one message into the inbox. The line's threads. */
    private final class Postman implements CommandListener {
        private final Network.Delivery delivery;
        private boolean left;

        Postman(Network.Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void became(State state, final Refusal refusal) {
            if (state == State.QUEUED) {
                return;
            }
            final boolean returned = left;
            final boolean isSent = state == State.SENT;
            synchronized (inbox) {
                if (!left) {
                    left = true;
                    onTheirWay--;
                    inbox.notifyAll();
                }
            }
            if (delivery != null) {
                // The line carries a bounded number of messages, so this needs no limit of its own.
                post(new Event() {
                    @Override
                    void happen() {
                        if (isSent) {
                            delivery.sent();
                        } else {
                            delivery.failed(refusal, returned);
                        }
                    }
                }, Integer.MAX_VALUE);
            }
        }
    }
}
