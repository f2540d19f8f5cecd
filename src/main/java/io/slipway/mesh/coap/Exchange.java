package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Refusal;

/**
 * The last message of a transfer, sent again until it is acknowledged (RFC 7252 sections 4.2 and 4.8), and the wait for
 * the answer that may come apart from the acknowledgement (section 5.2.2). One thread.
 */
final class Exchange extends Alarms.Alarm implements Network.Delivery {
    /** ACK_TIMEOUT and, with ACK_RANDOM_FACTOR, its greatest length. */
    private static final long ACK_TIMEOUT_MS = 2000;
    private static final long ACK_TIMEOUT_MAX_MS = 3000;
    private static final int MAX_RETRANSMIT = 4;
    /** The RFC leaves it open; as long as an acknowledgement may take, MAX_TRANSMIT_WAIT. */
    private static final long SEPARATE_ANSWER_MS = 93_000;

    final Transfer transfer;
    final int id;
    final int token;
    private final CoapClient client;
    private final byte[] wire;
    private long timeoutMs;
    private int transmissions;
    private boolean acknowledged;
    private boolean ended;
    /** Why the last transmission did not leave; {@code null} where it did. */
    private String trouble;

    Exchange(CoapClient client, Transfer transfer, CoapMessage message, int token) {
        this.client = client;
        this.transfer = transfer;
        this.id = message.id;
        this.token = token;
        this.wire = CoapEncoder.encode(message);
    }

    /** Sends the message for the first time. */
    void begin() {
        if (wire.length > client.network.longest()) {
            client.fail(this, "longer than " + client.network.longest() + " bytes");
            return;
        }
        timeoutMs = client.identifiers.between(ACK_TIMEOUT_MS, ACK_TIMEOUT_MAX_MS);
        transmit();
    }

    private void transmit() {
        transmissions++;
        client.alarms.set(this, timeoutMs);
        client.network.send(transfer.route, wire, this);
    }

    /** No acknowledgement in time, or no answer after it. */
    @Override
    protected void ring() {
        if (acknowledged) {
            client.health.count(Counter.COAP_TIMEOUTS);
            client.fail(this, "timeout: the node acknowledged and did not answer");
        } else if (transmissions > MAX_RETRANSMIT) {
            client.health.count(Counter.COAP_TIMEOUTS);
            client.fail(this, "timeout: no answer to " + transmissions + " transmissions"
                + (trouble == null ? "" : "; " + trouble));
        } else {
            client.health.count(Counter.COAP_RETRANSMITTED);
            timeoutMs *= 2;
            transmit();
        }
    }

    void acknowledged() {
        acknowledged = true;
        client.alarms.set(this, SEPARATE_ANSWER_MS);
    }

    /** Nothing more is sent. */
    void end() {
        ended = true;
        client.alarms.cancel(this);
    }

    @Override
    public void sent() {
        trouble = null;
        if (!ended) {
            client.sent(transfer);
        }
    }

    @Override
    public void failed(Refusal refusal, boolean returned) {
        trouble = refusal.reason;
        // What did not leave goes again with the next transmission: the link may be up by then.
        if (returned && !ended) {
            client.returned(this, refusal);
        }
    }
}
