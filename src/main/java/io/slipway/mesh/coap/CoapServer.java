package io.slipway.mesh.coap;

import io.slipway.config.CoapConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What nodes find at the gateway: every path takes POST and PUT, whose payload becomes a reading, and
 * {@code /.well-known/core} says so (RFC 6690). One thread.
 */
final class CoapServer {
    /** Before the path in a reading's source. */
    static final String SOURCE = CoapConfig.COAP;
    private static final String CORE = ".well-known/core";
    private static final byte[] LINKS = "</>;title=\"POST or PUT a reading to any path\",</.well-known/core>;ct=40"
        .getBytes(StandardCharsets.US_ASCII);
    private static final int LINK_FORMAT = 40;

    private final Readings readings;
    private final Uploads uploads;
    private final Health health;
    /** {@code null} where the gateway is no LwM2M server. */
    private Registrations registrations;

    CoapServer(Readings readings, int bodyLimit, Alarms alarms, Health health) {
        this.readings = readings;
        this.uploads = new Uploads(bodyLimit, alarms, health);
        this.health = health;
    }

    /** Makes it an LwM2M server as well. Before the first request. */
    void add(Registrations added) {
        registrations = added;
    }

    /** Does what a request says, and returns what to answer; {@code null} where it is to be rejected unanswered. */
    Reply answer(Eui64 node, Route from, CoapMessage request) {
        int unknown = request.options.sift();
        Reply reply;
        if (request.options.has(Options.PROXY_URI) || request.options.has(Options.PROXY_SCHEME)) {
            reply = new Reply(Code.PROXYING_NOT_SUPPORTED);
        } else if (unknown != 0) {
            // RFC 7252 section 5.4.1: only a confirmable request is answered.
            reply = request.type == CoapMessage.CON ? new Reply(Code.BAD_OPTION) : null;
        } else {
            reply = answer(node, from, request, UriPath.of(request.options));
        }
        if (reply == null || !Code.isSuccess(reply.code)) {
            health.count(Counter.COAP_REFUSED);
        }
        return reply;
    }

    private Reply answer(Eui64 node, Route from, CoapMessage request, String path) {
        boolean isCore = path.equals(CORE) || path.startsWith(CORE + '?');
        if (request.code == Code.GET && isCore) {
            return core(request.options);
        }
        boolean isRegistration = registrations != null && Registrations.isTheirs(path);
        if (isRegistration && request.code == Code.DELETE) {
            return registrations.deregister(node, request.options);
        }
        boolean takesPut = !isRegistration && request.code == Code.PUT;
        if (isCore || request.code != Code.POST && !takesPut) {
            return new Reply(Code.METHOD_NOT_ALLOWED);
        }
        byte[] payload = request.payload;
        Block block = Block.of(request.options, Options.BLOCK1);
        if (block != null) {
            Reply incomplete = uploads.add(from, request, path);
            if (incomplete != null) {
                return incomplete;
            }
            payload = uploads.take(from);
        }
        Reply reply = isRegistration ? registrations.post(node, request.options, payload)
            : reading(node, path, request.options, payload);
        return block == null ? reply : reply.with(Options.BLOCK1, block.bits());
    }

    private Reply reading(Eui64 node, String path, Options options, byte[] payload) {
        health.count(Counter.COAP_READINGS);
        readings.reading(node, SOURCE + path, (int) options.uint(Options.CONTENT_FORMAT, -1), payload);
        return new Reply(Code.CHANGED);
    }

    private static Reply core(Options asked) {
        if (asked.uint(Options.ACCEPT, LINK_FORMAT) != LINK_FORMAT) {
            return new Reply(Code.NOT_ACCEPTABLE);
        }
        Block block = Block.of(asked, Options.BLOCK2);
        if (block == null) {
            return new Reply(Code.CONTENT, LINKS).with(Options.CONTENT_FORMAT, LINK_FORMAT);
        }
        if (block.isReserved() || block.offset() >= LINKS.length) {
            return new Reply(Code.BAD_REQUEST);
        }
        int from = (int) block.offset();
        int to = Math.min(LINKS.length, from + block.size());
        return new Reply(Code.CONTENT, Arrays.copyOfRange(LINKS, from, to))
            .with(Options.CONTENT_FORMAT, LINK_FORMAT)
            .with(Options.BLOCK2, new Block(block.number, to < LINKS.length, block.szx).bits());
    }
}
