package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Route;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bodies that nodes send in blocks (RFC 7959 section 2.5): one at a time of each endpoint, each no longer than the
 * limit, and all together no longer than {@value #BODIES} of it. One thread.
 */
final class Uploads {
    /** Bodies of full length that there is room for. */
    static final int BODIES = 16;

    /** One body on its way. */
    private static final class Upload {
        final Body body = new Body();
        final int method;
        final String path;
        long touchedMs;

        Upload(int method, String path) {
            this.method = method;
            this.path = path;
        }
    }

    private final int limit;
    private final Health health;
    /** The one that was silent longest comes first. */
    private final Map<Route, Upload> uploads = new LinkedHashMap<>();
    private final Alarms alarms;
    private long total;

    Uploads(int limit, Alarms alarms, Health health) {
        this.limit = limit;
        this.alarms = alarms;
        this.health = health;
    }

    /**
     * Takes a block.
     *
     * @return what it is answered; {@code null} where the body is complete, which {@link #take} hands out
     */
    Reply add(Route from, CoapMessage request, String path) {
        Block block = Block.of(request.options, Options.BLOCK1);
        int length = request.payload.length;
        if (block.isReserved() || block.more && length != block.size() || length > block.size()) {
            return new Reply(Code.BAD_REQUEST);
        }
        expire(alarms.nowMs());
        Upload upload = remove(from);
        if (block.number == 0) {
            if (upload != null) {
                health.count(Counter.COAP_BODIES_DROPPED);
            }
            upload = new Upload(request.code, path);
        } else if (upload == null || upload.body.length() != block.offset() || upload.method != request.code
            || !upload.path.equals(path)) {
            if (upload != null) {
                health.count(Counter.COAP_BODIES_DROPPED);
            }
            return new Reply(Code.REQUEST_ENTITY_INCOMPLETE).with(Options.BLOCK1, block.bits());
        }
        if (upload.body.length() + length > limit || request.options.uint(Options.SIZE1, 0) > limit) {
            health.count(Counter.COAP_BODIES_DROPPED);
            return new Reply(Code.REQUEST_ENTITY_TOO_LARGE).with(Options.BLOCK1, block.bits())
                .with(Options.SIZE1, limit);
        }
        if (total + upload.body.length() + length > (long) BODIES * limit) {
            health.count(Counter.COAP_BODIES_DROPPED);
            return new Reply(Code.SERVICE_UNAVAILABLE);
        }
        upload.body.append(request.payload);
        upload.touchedMs = alarms.nowMs();
        uploads.put(from, upload);
        total += upload.body.length();
        return block.more ? new Reply(Code.CONTINUE).with(Options.BLOCK1, block.bits()) : null;
    }

    /** The body that {@link #add} has just completed. */
    byte[] take(Route from) {
        return remove(from).body.toBytes();
    }

    private Upload remove(Route from) {
        Upload upload = uploads.remove(from);
        if (upload != null) {
            total -= upload.body.length();
        }
        return upload;
    }

    private void expire(long nowMs) {
        Iterator<Upload> oldestFirst = uploads.values().iterator();
        while (oldestFirst.hasNext()) {
            Upload upload = oldestFirst.next();
            if (nowMs - upload.touchedMs < RecentMessages.LIFETIME_MS) {
                return;
            }
            oldestFirst.remove();
            total -= upload.body.length();
            health.count(Counter.COAP_BODIES_DROPPED);
        }
    }
}
