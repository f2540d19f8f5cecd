package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tinylog.Logger;

/**
 * The gateway as a CoAP endpoint: tells good messages from bad and new ones from repeated ones (RFC 7252 section 4),
 * and takes requests to the server, the rest to the client. One thread.
 */
final class CoapEndpoint {
    /** Endpoints whose last messages are remembered; the one that is silent longest is forgotten first. */
    private static final int ENDPOINTS = 1024;

    final Alarms alarms;
    final CoapClient client;
    private final Network network;
    private final Identifiers identifiers;
    private final CoapServer server;
    private final Health health;
    private final Map<Route, RecentMessages> recent =
        new LinkedHashMap<Route, RecentMessages>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Route, RecentMessages> eldest) {
                return size() > ENDPOINTS;
            }
        };

    CoapEndpoint(CoapSettings settings, Network network, Readings readings, Identifiers identifiers, Alarms alarms,
                 Health health) {
        this.alarms = alarms;
        this.network = network;
        this.identifiers = identifiers;
        this.health = health;
        this.server = new CoapServer(readings, settings.bodyBytes, alarms, health);
        this.client = new CoapClient(network, alarms, identifiers, settings.queue, settings.bodyBytes, health);
    }

    /** Makes it an LwM2M server as well. Before the first message. */
    void add(Registrations registrations) {
        server.add(registrations);
    }

    /** Endpoints whose last messages are remembered now. */
    int remembered() {
        return recent.size();
    }

    /** A datagram from a node. */
    void received(Eui64 node, Route from, byte[] datagram) {
        health.count(Counter.COAP_RECEIVED);
        CoapMessage message;
        try {
            message = CoapDecoder.decode(datagram);
        } catch (MalformedMessageException malformed) {
            reject(node, from, malformed.getMessage(), malformed.resetId);
            return;
        }
        if (message.type == CoapMessage.ACK && !Code.isRequest(message.code)) {
            client.acknowledged(node, from, message);
        } else if (message.type == CoapMessage.RST && message.code == Code.EMPTY) {
            client.reset(node, from, message);
        } else if (message.type == CoapMessage.CON && message.code == Code.EMPTY) {
            // A "CoAP ping" (RFC 7252 section 4.3).
            network.send(from, reset(message.id), null);
        } else if (message.type > CoapMessage.NON || message.code == Code.EMPTY) {
            reject(node, from, "a type and a code that do not go together", -1);
        } else {
            once(node, from, message);
        }
    }

    /** Acts on a message the first time that it comes. */
    private void once(Eui64 node, Route from, CoapMessage message) {
        RecentMessages known = recent.get(from);
        if (known == null) {
            known = new RecentMessages();
            recent.put(from, known);
        }
        long nowMs = alarms.nowMs();
        byte[] answer = known.answerTo(message.id, nowMs);
        if (answer != null) {
            health.count(Counter.COAP_DUPLICATES);
            if (message.type == CoapMessage.CON && answer != RecentMessages.NO_ANSWER) {
                network.send(from, answer, null);
            }
            return;
        }
        answer = Code.isRequest(message.code) ? request(node, from, message) : response(node, from, message);
        known.add(message.id, answer, nowMs);
        if (answer != RecentMessages.NO_ANSWER) {
            network.send(from, answer, null);
        }
    }

    private byte[] request(Eui64 node, Route from, CoapMessage message) {
        Reply reply = server.answer(node, from, message);
        if (reply == null) {
            return RecentMessages.NO_ANSWER;
        }
        boolean confirmable = message.type == CoapMessage.CON;
        return CoapEncoder.encode(new CoapMessage(confirmable ? CoapMessage.ACK : CoapMessage.NON, reply.code,
            confirmable ? message.id : identifiers.messageId(), message.token, reply.options, reply.payload));
    }

    /** What nobody waits for is reset, so that a node ends an observation that we forgot (RFC 7641 section 3.6). */
    private byte[] response(Eui64 node, Route from, CoapMessage message) {
        if (!client.response(node, from, message)) {
            health.count(Counter.COAP_UNMATCHED);
            return reset(message.id);
        }
        return message.type == CoapMessage.CON
            ? CoapEncoder.encode(CoapMessage.empty(CoapMessage.ACK, message.id)) : RecentMessages.NO_ANSWER;
    }

    private void reject(Eui64 node, Route from, String reason, int resetId) {
        health.count(Counter.COAP_MALFORMED);
        Logger.debug("coap: {} sent a malformed message: {}", node, reason);
        if (resetId >= 0) {
            network.send(from, reset(resetId), null);
        }
    }

    private static byte[] reset(int id) {
        return CoapEncoder.encode(CoapMessage.empty(CoapMessage.RST, id));
    }
}
