package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.ResourceLink;
import io.slipway.mesh.Route;
import io.slipway.mesh.ServiceThread;
import io.slipway.reading.Eui64;
import java.security.SecureRandom;
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
    private final ServiceThread thread;
    private final Object line = new Object();
    /** Messages handed to the line of which nothing has been heard. Guarded by the line. */
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
        this.thread = new ServiceThread(name, "coap", new Work(), health);
        this.endpoint = new CoapEndpoint(settings, new MeshNetwork(), output, new Identifiers(new SecureRandom()),
            thread.alarms, health);
        this.subscriptions = new Subscriptions(settings, endpoint.client, output);
        if (settings.lwm2m != null) {
            endpoint.add(new Registrations(settings.lwm2m, endpoint.client, subscriptions, output));
        }
        thread.start();
    }

    /** A datagram that came to one of our two ports. */
    public void received(final Eui64 node, final Route back, final byte[] payload) {
        boolean taken = thread.post(new ServiceThread.Event() {
            @Override
            public void happen() {
                endpoint.received(node, back, payload);
            }
        }, INBOX);
        if (!taken) {
            health.count(Counter.COAP_INBOX_DROPPED);
        }
    }

    /** A node was heard that was unknown or silent. */
    public void cameOnline(final Eui64 node) {
        thread.post(new ServiceThread.Event() {
            @Override
            public void happen() {
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
        boolean taken = thread.post(new ServiceThread.Event() {
            @Override
            public void happen() {
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
        thread.stop(2 * FAREWELL_MS);
    }

    /** The first and the last things that the thread does. */
    private final class Work implements ServiceThread.Work {
        @Override
        public void begin() {
            subscriptions.start();
        }

        @Override
        public void end() throws InterruptedException {
            farewell();
        }
    }

    private void farewell() throws InterruptedException {
        endpoint.client.failAll("the gateway stops");
        subscriptions.stop();
        long until = System.nanoTime() + FAREWELL_MS * 1_000_000;
        synchronized (line) {
            while (onTheirWay > 0 && System.nanoTime() - until < 0) {
                line.wait(FAREWELL_MS);
            }
        }
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
            synchronized (line) {
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
            synchronized (line) {
                if (!left) {
                    left = true;
                    onTheirWay--;
                    line.notifyAll();
                }
            }
            if (delivery != null) {
                // The line carries a bounded number of messages, so this needs no limit of its own.
                thread.post(new ServiceThread.Event() {
                    @Override
                    public void happen() {
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
