package io.slipway.mesh.coap;

import io.slipway.config.CoapConfig;
import io.slipway.mesh.ResourceLink;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the configuration wants of the nodes: one {@link Subscription} for each section and node. One thread. */
final class Subscriptions {
    private final CoapSettings settings;
    private final CoapClient client;
    private final Coap.Output output;
    /** By section and node. */
    private final Map<String, Subscription> all = new LinkedHashMap<>();

    Subscriptions(CoapSettings settings, CoapClient client, Coap.Output output) {
        this.settings = settings;
        this.client = client;
        this.output = output;
    }

    /** Begins with the nodes that the configuration names. */
    void start() {
        for (int i = 0; i < settings.sections.size(); i++) {
            CoapConfig section = settings.sections.get(i);
            if (!section.isForAll()) {
                begin(i, Eui64.parse(section.node));
            }
        }
    }

    /** A node was heard that was silent or unknown. */
    void cameOnline(Eui64 node) {
        for (int i = 0; i < settings.sections.size(); i++) {
            CoapConfig section = settings.sections.get(i);
            if (section.isForAll() || section.node.equals(node.toString())) {
                begin(i, node);
            }
        }
    }

    /** Begins to observe a resource of an LwM2M client, or asks for it again: the client may have started anew. */
    void observe(Eui64 node, String path, int intervalS) {
        String key = lwm2mKey(node, path);
        Subscription subscription = all.get(key);
        if (subscription == null) {
            subscription = new Subscription(node, CoapConfig.lwm2m(node.toString(), path, intervalS),
                CoapRequest.of("get", path, CoapMessage.NOTHING), this, client);
            all.put(key, subscription);
        }
        subscription.begin();
    }

    /** Ends what {@link #observe} began: the client is not there any more. */
    void forget(Eui64 node, String path) {
        Subscription subscription = all.remove(lwm2mKey(node, path));
        if (subscription != null) {
            subscription.end();
        }
    }

    private static String lwm2mKey(Eui64 node, String path) {
        return CoapConfig.LWM2M + path + ' ' + node;
    }

    private void begin(int index, Eui64 node) {
        String key = index + " " + node;
        Subscription subscription = all.get(key);
        if (subscription == null) {
            CoapConfig section = settings.sections.get(index);
            subscription = new Subscription(node, section,
                CoapRequest.of("get", section.path, CoapMessage.NOTHING), this, client);
            all.put(key, subscription);
        }
        subscription.begin();
    }

    /** Takes leave of the nodes that are observed. */
    void stop() {
        for (Subscription subscription : all.values()) {
            CoapMessage message = subscription.leaveTaking();
            Route route = message == null ? null : client.network.route(subscription.node(), true);
            if (route != null) {
                client.network.send(route, CoapEncoder.encode(message), null);
            }
        }
    }

    /** Whether a node that was not named but met has been forgotten since. */
    boolean isForgotten(Eui64 node, CoapConfig section) {
        return section.isForAll() && client.network.route(node, false) == null;
    }

    void remove(Subscription subscription) {
        all.values().remove(subscription);
    }

    Transfer transfer(Eui64 node, CoapRequest request, boolean met, ResponseListener listener) {
        return new Transfer(node, request, !met, settings.blockBytes, listener);
    }

    void reading(final Eui64 node, final CoapConfig config, String path, final CoapResponse response) {
        boolean isTlv = config.source.equals(CoapConfig.LWM2M) && response.contentFormat == Tlv.FORMAT;
        boolean isRead = isTlv && Tlv.read(config.path, response.payload, new Tlv.Receiver() {
            @Override
            public void resource(String resource, byte[] value) {
                output.reading(node, config.source + resource, -1, value);
            }
        });
        if (!isRead) {
            output.reading(node, config.source + path, response.contentFormat, response.payload);
        }
    }

    void offers(Eui64 node, List<ResourceLink> links) {
        output.offers(node, new ArrayList<>(links));
    }
}
