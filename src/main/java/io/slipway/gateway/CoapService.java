package io.slipway.gateway;

import io.slipway.config.CoapConfig;
import io.slipway.config.LinkConfig;
import io.slipway.config.Lwm2mConfig;
import io.slipway.config.MeshConfig;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.MeshListener;
import io.slipway.mesh.Protocol;
import io.slipway.mesh.Route;
import io.slipway.mesh.UdpService;
import io.slipway.mesh.coap.Coap;
import io.slipway.mesh.coap.CoapRequest;
import io.slipway.mesh.coap.CoapSettings;
import io.slipway.mesh.coap.Readings;
import io.slipway.mesh.coap.ResponseListener;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.List;

/**
 * CoAP of one mesh, which begins with the first datagram, request or section of the configuration that needs it: its
 * thread and its classes cost a gateway without CoAP nothing. Any thread; never waits.
 */
final class CoapService implements UdpService {
    private final MeshConfig config;
    private final List<CoapConfig> sections = new ArrayList<>();
    /** {@code null} where the gateway is no LwM2M server. */
    private final Lwm2mConfig lwm2m;
    private final Mesh mesh;
    private final MeshListener listener;
    private final Health health;
    private final int serverPort;
    private final int clientPort;
    private Coap coap;
    private boolean stopped;

    CoapService(MeshConfig config, List<CoapConfig> all, List<Lwm2mConfig> lwm2ms, Mesh mesh, MeshListener listener,
                Health health) {
        this.config = config;
        Lwm2mConfig found = null;
        for (Lwm2mConfig one : lwm2ms) {
            found = one.isAbout(config.name) ? one : found;
        }
        this.lwm2m = found;
        this.mesh = mesh;
        this.listener = listener;
        this.health = health;
        // Those of a border router are compile-time constants: to compare with them loads nothing.
        boolean isRouted = config.link.kind == LinkConfig.Kind.UDP;
        this.serverPort = isRouted ? config.coapPort : Coap.PORT;
        this.clientPort = isRouted ? config.coapPort : Coap.CLIENT_PORT;
        for (CoapConfig section : all) {
            if (clientPort > 0 && section.isAbout(config.name)) {
                sections.add(section);
            }
        }
    }

    /** Begins with what the configuration wants, if it wants anything. */
    void start() {
        if (!sections.isEmpty()) {
            coap();
        }
    }

    /** {@code null} once it is stopped. */
    private synchronized Coap coap() {
        if (coap == null && !stopped) {
            coap = Starter.start(this);
        }
        return stopped ? null : coap;
    }

    @Override
    public Protocol protocol() {
        return Protocol.COAP;
    }

    @Override
    public int port() {
        return serverPort;
    }

    @Override
    public boolean serves(int hostPort) {
        return hostPort == serverPort || hostPort == clientPort;
    }

    @Override
    public void received(Eui64 node, Route back, byte[] payload) {
        Coap running = coap();
        if (running != null) {
            running.received(node, back, payload);
        }
    }

    @Override
    public void cameOnline(Eui64 node) {
        Coap running = sections.isEmpty() ? null : coap();
        if (running != null) {
            running.cameOnline(node);
        }
    }

    /** Asks a node of this mesh, also one that was never heard. */
    void request(Eui64 node, CoapRequest request, ResponseListener listener) {
        Coap running = clientPort == 0 ? null : coap();
        if (running == null) {
            listener.failed(clientPort == 0 ? "CoAP is switched off for that mesh" : "the gateway stops");
        } else {
            running.request(node, request, true, listener);
        }
    }

    /** A class of its own, because the JVM loads what a method names before the method runs. */
    private static final class Starter implements Readings {
        private final MeshListener listener;

        private Starter(MeshListener listener) {
            this.listener = listener;
        }

        static Coap start(CoapService service) {
            return new Coap(service.config.name, service.mesh, new CoapSettings(service.config, service.sections,
                service.lwm2m), new Starter(service.listener), service.health);
        }

        @Override
        public void reading(Eui64 node, String source, int contentFormat, byte[] payload) {
            listener.uplink(node, source, contentFormat, payload);
        }
    }

    @Override
    public void stop() {
        Coap running;
        synchronized (this) {
            stopped = true;
            running = coap;
        }
        if (running != null) {
            running.stop();
        }
    }
}
