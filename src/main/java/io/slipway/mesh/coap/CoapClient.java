package io.slipway.mesh.coap;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks nodes, one thing at a time each (NSTART = 1, RFC 7252 section 4.7). One thread. */
final class CoapClient {
    /** Hears of the resources that it observes. */
    interface Observer {
        /** A notification; its options are sifted. */
        void notified(CoapMessage message);

        /** Whose resource it is. */
        Eui64 node();
    }

    /** Requests that may wait for all nodes together. */
    private static final int MOST_WAITING = 1024;

    /** What one node is asked and is to be asked. */
    private static final class Turns {
        final ArrayDeque<Transfer> waiting = new ArrayDeque<>();
        /** {@code null} while it is asked nothing. */
        Exchange current;
    }

    final Network network;
    final Alarms alarms;
    final Identifiers identifiers;
    final Health health;
    private final int queueLimit;
    final int bodyLimit;
    private final Map<Eui64, Turns> nodes = new HashMap<>();
    private final Map<Integer, Observer> observers = new HashMap<>();
    private int waitingCount;

    CoapClient(Network network, Alarms alarms, Identifiers identifiers, int queueLimit, int bodyLimit, Health health) {
        this.network = network;
        this.alarms = alarms;
        this.identifiers = identifiers;
        this.queueLimit = queueLimit;
        this.bodyLimit = bodyLimit;
        this.health = health;
    }

    /** Has a transfer take its turn. Its listener hears what becomes of it, perhaps before this returns. */
    void submit(Transfer transfer) {
        Turns turns = nodes.get(transfer.node);
        if (turns == null) {
            turns = new Turns();
            nodes.put(transfer.node, turns);
        }
        if (turns.waiting.size() == queueLimit || waitingCount == MOST_WAITING) {
            refuse(transfer, "too many requests are waiting");
            return;
        }
        turns.waiting.add(transfer);
        waitingCount++;
        transfer.listener.queued();
        proceed(transfer.node, turns);
    }

    /** Begins with the next where the node is asked nothing. */
    private void proceed(Eui64 node, Turns turns) {
        while (turns.current == null && !turns.waiting.isEmpty()) {
            Transfer next = turns.waiting.poll();
            waitingCount--;
            next.route = network.route(node, next.assumed);
            if (next.route == null) {
                refuse(next, "the node was never heard of");
            } else {
                health.count(Counter.COAP_REQUESTS);
                exchange(turns, next);
            }
        }
        if (turns.current == null) {
            nodes.remove(node, turns);
        }
    }

    private void refuse(Transfer transfer, String reason) {
        health.count(Counter.COAP_FAILED);
        transfer.listener.failed(reason);
    }

    private void exchange(Turns turns, Transfer transfer) {
        Integer fixed = transfer.token();
        int token = fixed == null ? identifiers.token() : fixed;
        turns.current = new Exchange(this, transfer, transfer.next(identifiers.messageId(), token), token);
        turns.current.begin();
    }

    /** An acknowledgement, perhaps with the answer in it. */
    void acknowledged(Eui64 node, Route from, CoapMessage message) {
        Exchange exchange = current(node, from);
        if (exchange == null || exchange.id != message.id) {
            // The second acknowledgement of a message that was sent twice looks like this.
            health.count(Counter.COAP_UNMATCHED);
        } else if (message.code == Code.EMPTY) {
            exchange.acknowledged();
        } else if (isToken(exchange, message)) {
            answered(exchange, message);
        } else {
            health.count(Counter.COAP_UNMATCHED);
        }
    }

    /** The node could make nothing of a message. */
    void reset(Eui64 node, Route from, CoapMessage message) {
        Exchange exchange = current(node, from);
        if (exchange != null && exchange.id == message.id) {
            fail(exchange, "the node reset the request");
        } else {
            health.count(Counter.COAP_UNMATCHED);
        }
    }

    /** An answer apart from its acknowledgement, or a notification. False where nobody waits for it. */
    boolean response(Eui64 node, Route from, CoapMessage message) {
        Exchange exchange = current(node, from);
        if (exchange != null && isToken(exchange, message)) {
            answered(exchange, message);
            return true;
        }
        Integer token = Identifiers.of(message.token);
        Observer observer = token == null ? null : observers.get(token);
        if (observer == null || !observer.node().equals(node) || from.nodePort != Coap.PORT
            || message.options.sift() != 0) {
            return false;
        }
        observer.notified(message);
        return true;
    }

    private Exchange current(Eui64 node, Route from) {
        Turns turns = nodes.get(node);
        Exchange exchange = turns == null ? null : turns.current;
        return exchange != null && exchange.transfer.route.node.equals(from.node)
            && exchange.transfer.route.nodePort == from.nodePort
            && exchange.transfer.route.hostPort == from.hostPort ? exchange : null;
    }

    private static boolean isToken(Exchange exchange, CoapMessage message) {
        Integer token = Identifiers.of(message.token);
        return token != null && token == exchange.token;
    }

    private void answered(Exchange exchange, CoapMessage message) {
        Transfer transfer = exchange.transfer;
        // The line's own news of it may still be on the way.
        sent(transfer);
        int unknown = message.options.sift();
        if (unknown != 0) {
            fail(exchange, "the answer has option " + unknown + ", which is critical and not known");
            return;
        }
        boolean more;
        try {
            more = transfer.goesOn(message, bodyLimit);
        } catch (BrokenTransferException broken) {
            fail(exchange, broken.getMessage());
            return;
        }
        exchange.end();
        Turns turns = nodes.get(transfer.node);
        if (more) {
            exchange(turns, transfer);
        } else {
            turns.current = null;
            transfer.listener.answered(transfer.response());
            proceed(transfer.node, turns);
        }
    }

    /** The first time, the listener is told. */
    void sent(Transfer transfer) {
        if (!transfer.wasSent) {
            transfer.wasSent = true;
            transfer.listener.sent();
        }
    }

    /** Gives a request up. */
    void fail(Exchange exchange, String reason) {
        Turns turns = ended(exchange);
        refuse(exchange.transfer, reason);
        proceed(exchange.transfer.node, turns);
    }

    /** The mesh sent a request back. */
    void returned(Exchange exchange, Refusal refusal) {
        Turns turns = ended(exchange);
        health.count(Counter.COAP_FAILED);
        exchange.transfer.listener.refused(refusal);
        proceed(exchange.transfer.node, turns);
    }

    private Turns ended(Exchange exchange) {
        exchange.end();
        Turns turns = nodes.get(exchange.transfer.node);
        turns.current = null;
        return turns;
    }

    /** Gives up everything: nothing more is sent. */
    void failAll(String reason) {
        List<Turns> all = new ArrayList<>(nodes.values());
        nodes.clear();
        waitingCount = 0;
        for (Turns turns : all) {
            if (turns.current != null) {
                turns.current.end();
                refuse(turns.current.transfer, reason);
            }
            for (Transfer transfer : turns.waiting) {
                refuse(transfer, reason);
            }
        }
    }

    /** Has notifications with a token of ours go to somebody. */
    int observe(Observer observer) {
        int token = identifiers.token();
        while (observers.containsKey(token)) {
            token = identifiers.token();
        }
        observers.put(token, observer);
        return token;
    }

    /** What comes with that token from now on is reset, so that the node ends it (RFC 7641 section 3.6). */
    void unobserve(int token) {
        observers.remove(token);
    }
}
