package io.slipway.mesh.coap;

import io.slipway.config.CoapConfig;
import io.slipway.health.Counter;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Refusal;
import io.slipway.reading.Eui64;

/**
 * One resource of one node that the gateway observes, polls, or has described to it. What comes is handed on; what
 * fails is tried again, less and less often. One thread.
 */
final class Subscription extends Alarms.Alarm implements CoapClient.Observer, ResponseListener {
    /** The first wait after a failure; it doubles up to an hour, or the interval where that is longer. */
    private static final long RETRY_MS = 30_000;
    private static final long LONGEST_RETRY_MS = 3_600_000;
    /** RFC 7641 section 3.4: what comes so long after the last is newer, whatever its number. */
    private static final long ORDER_MS = 128_000;
    private static final int HALF_OF_NUMBERS = 1 << 23;
    /** RFC 7641 section 3.3.1: all observers of a node must not come back at the same moment. */
    private static final long GRACE_MIN_MS = 5_000;
    private static final long GRACE_MAX_MS = 15_000;
    /** A mesh of many nodes that are found at once is asked over so long a time. */
    private static final long FIRST_WAIT_MS = 5_000;

    private final Eui64 node;
    private final CoapConfig config;
    private final CoapRequest request;
    private final Subscriptions owner;
    private final CoapClient client;
    /** Of the relation, for as long as there is one or one is asked for; {@code null} otherwise. */
    private Integer token;
    /** Whether the node keeps us among its observers. */
    private boolean observed;
    private int lastNumber;
    private long lastMs;
    private int failures;
    private boolean asking;
    private boolean ended;

    Subscription(Eui64 node, CoapConfig config, CoapRequest request, Subscriptions owner, CoapClient client) {
        this.node = node;
        this.config = config;
        this.request = request;
        this.owner = owner;
        this.client = client;
    }

    @Override
    public Eui64 node() {
        return node;
    }

    /** Asks soon: the node is new, or is back, or the gateway has started. */
    void begin() {
        if (!asking) {
            failures = 0;
            client.alarms.set(this, client.identifiers.between(0, FIRST_WAIT_MS));
        }
    }

    /** It is time to ask. */
    @Override
    protected void ring() {
        if (config.mode == CoapConfig.Mode.OBSERVE && token == null) {
            token = client.observe(this);
        }
        asking = true;
        Transfer transfer = owner.transfer(node, request, config.isForAll(), this);
        if (token != null) {
            transfer.observing(0, token);
        }
        client.submit(transfer);
    }

    @Override
    public void queued() {
        // Of no interest: the answer is.
    }

    @Override
    public void sent() {
        // Of no interest: the answer is.
    }

    @Override
    public void answered(CoapResponse response) {
        asking = false;
        if (!response.isSuccess()) {
            client.health.error("coap: " + node + " answers " + response.code() + " for " + config.path);
            retry();
            return;
        }
        failures = 0;
        if (response.observe >= 0) {
            observed = true;
            lastNumber = response.observe;
            lastMs = client.alarms.nowMs();
        } else {
            // Polled; or it does not let itself be observed, or not by one more: then it is asked like that.
            leave();
        }
        hand(response);
        askAgain(response.maxAgeS);
    }

    @Override
    public void refused(Refusal refusal) {
        failed(refusal.reason);
    }

    @Override
    public void failed(String reason) {
        asking = false;
        if (owner.isForgotten(node, config)) {
            leave();
            owner.remove(this);
        } else {
            retry();
        }
    }

    /** Ends it without a word to the node. What still comes of it is reset. */
    void end() {
        ended = true;
        client.alarms.cancel(this);
        leave();
    }

    private void retry() {
        leave();
        if (ended) {
            return;
        }
        long longest = Math.max(config.intervalS * 1000L, LONGEST_RETRY_MS);
        long wait = Math.min(config.intervalS * 1000L, RETRY_MS) << Math.min(failures, 20);
        failures++;
        client.alarms.set(this, Math.min(wait, longest));
    }

    /** Forgets the relation: what still comes of it is reset, which ends it at the node as well. */
    private void leave() {
        observed = false;
        if (token != null) {
            client.unobserve(token);
            token = null;
        }
    }

    @Override
    public void notified(CoapMessage message) {
        CoapResponse response = new CoapResponse(message, message.payload);
        if (!response.isSuccess() || response.observe < 0) {
            // RFC 7641 section 3.2: with that the node ends the relation.
            if (!asking) {
                retry();
            }
            return;
        }
        if (observed && !isNewer(response.observe)) {
            client.health.count(Counter.COAP_STALE);
            return;
        }
        observed = true;
        lastNumber = response.observe;
        lastMs = client.alarms.nowMs();
        Block block = Block.of(message.options, Options.BLOCK2);
        if (block != null && block.more) {
            fetchRest(message);
        } else {
            hand(response);
        }
        if (!asking) {
            askAgain(response.maxAgeS);
        }
    }

    /** RFC 7641 section 3.4. */
    private boolean isNewer(int number) {
        return lastNumber < number && number - lastNumber < HALF_OF_NUMBERS
            || lastNumber > number && lastNumber - number > HALF_OF_NUMBERS
            || client.alarms.nowMs() - lastMs > ORDER_MS;
    }

    /** RFC 7959 section 2.6: the notification has the first block, the others are asked for. */
    private void fetchRest(CoapMessage first) {
        Transfer rest = owner.transfer(node, request, config.isForAll(), new ResponseListener() {
            @Override
            public void queued() {
                // Of no interest: the answer is.
            }

            @Override
            public void sent() {
                // Of no interest: the answer is.
            }

            @Override
            public void answered(CoapResponse response) {
                hand(response);
            }

            @Override
            public void refused(Refusal refusal) {
                failed(refusal.reason);
            }

            @Override
            public void failed(String reason) {
                // Counted by the client; the next notification, or the next registration, brings the whole again.
            }
        });
        if (rest.begunBy(first, client.bodyLimit)) {
            client.submit(rest);
        } else {
            client.health.count(Counter.COAP_FAILED);
        }
    }

    private void hand(CoapResponse response) {
        if (config.mode == CoapConfig.Mode.DISCOVER) {
            owner.offers(node, LinkFormat.parse(response.payload));
        } else {
            client.health.count(Counter.COAP_READINGS);
            owner.reading(node, config, UriPath.of(request.options), response);
        }
    }

    /** After the interval; where it is observed, once what is known is no longer fresh. */
    private void askAgain(long maxAgeS) {
        if (ended) {
            return;
        }
        long ms = config.intervalS * 1000L;
        if (observed) {
            ms = Math.max(ms, maxAgeS * 1000L) + client.identifiers.between(GRACE_MIN_MS, GRACE_MAX_MS);
        }
        client.alarms.set(this, ms);
    }

    /** The last thing that the node hears of it (RFC 7641 section 3.6). */
    CoapMessage leaveTaking() {
        return observed ? owner.transfer(node, request, config.isForAll(), this).observing(1, token)
            .next(client.identifiers.messageId(), token) : null;
    }
}
