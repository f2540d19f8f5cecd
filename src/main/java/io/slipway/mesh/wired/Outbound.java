package io.slipway.mesh.wired;

import io.slipway.frame.MqttFrame;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Messages on their way to the client: a bounded queue, of whose messages with QoS 1 or 2 one is under way at a time. A
 * serial line loses frames, so what is not acknowledged is sent again, as MQTT over TCP would do after a reconnection
 * only. One thread.
 */
final class Outbound extends Alarms.Alarm {
    /** Messages that wait; a mote has no use for more. */
    private static final int LIMIT = 64;
    private static final long RETRY_MS = 5000;
    private static final int RETRIES = 4;
    private static final int DUP = 8;

    /** One message. */
    private static final class Waiting {
        private final byte[] topic;
        private final byte[] payload;
        private final int qos;
        private final boolean retain;

        Waiting(byte[] topic, byte[] payload, int qos, boolean retain) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
            this.retain = retain;
        }
    }

    private final Line line;
    private final Alarms alarms;
    private final int longest;
    private final Health health;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    /** The id of the first message; 0 while it is not under way. */
    private int id;
    private int lastId;
    /** QoS 2: PUBREC has come. */
    private boolean releasing;
    private int attempts;

    /** @param longest the longest packet, in bytes */
    Outbound(Line line, Alarms alarms, int longest, Health health) {
        this.line = line;
        this.alarms = alarms;
        this.longest = longest;
        this.health = health;
    }

    /** Takes a message in; where the queue is full, the oldest that waits goes for it. */
    void add(String topic, byte[] payload, int qos, boolean retain) {
        Waiting waiting = new Waiting(topic.getBytes(StandardCharsets.UTF_8), payload, qos, retain);
        if (publish(waiting, 0).length > longest) {
            health.count(Counter.WIRED_DROPPED);
            return;
        }
        if (queue.size() == LIMIT) {
            Waiting underWay = id == 0 ? null : queue.poll();
            queue.poll();
            if (underWay != null) {
                queue.addFirst(underWay);
            }
            health.count(Counter.WIRED_DROPPED);
        }
        queue.add(waiting);
        pump();
    }

    private void pump() {
        while (id == 0 && !queue.isEmpty()) {
            Waiting first = queue.peek();
            if (first.qos == 0) {
                line.send(publish(first, 0));
                delivered();
            } else {
                lastId = lastId == 0xffff ? 1 : lastId + 1;
                id = lastId;
                attempts = 1;
                send(0);
            }
        }
    }

    private void send(int dup) {
        line.send(releasing ? MqttFrame.encode(PacketType.first(PacketType.PUBREL),
            new byte[] {(byte) (id >> 8), (byte) id}) : publish(queue.peek(), dup));
        alarms.set(this, RETRY_MS);
    }

    @Override
    protected void ring() {
        if (attempts <= RETRIES) {
            attempts++;
            send(DUP);
        }
    }

    /** The client is there: what had no answer is tried again. */
    void heard() {
        if (id != 0 && attempts > RETRIES) {
            attempts = 1;
            send(DUP);
        }
    }

    /** PUBACK, PUBREC or PUBCOMP; one that is not waited for is ignored. */
    void answered(int type, int answered) {
        if (id == 0 || answered != id) {
            return;
        }
        boolean isFirst = type == PacketType.PUBREC && queue.peek().qos == 2;
        if (isFirst) {
            releasing = true;
            attempts = 1;
            send(0);
        } else if (type == PacketType.PUBACK && queue.peek().qos == 1 || type == PacketType.PUBCOMP && releasing) {
            delivered();
            pump();
        }
    }

    private void delivered() {
        health.count(Counter.WIRED_DELIVERED);
        queue.poll();
        idle();
    }

    private void idle() {
        alarms.cancel(this);
        id = 0;
        releasing = false;
    }

    /** Forgets everything. */
    void clear() {
        queue.clear();
        idle();
    }

    private byte[] publish(Waiting message, int dup) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(message.topic.length >> 8);
        body.write(message.topic.length);
        body.write(message.topic, 0, message.topic.length);
        if (message.qos > 0) {
            body.write(id >> 8);
            body.write(id);
        }
        body.write(message.payload, 0, message.payload.length);
        return MqttFrame.encode(PacketType.PUBLISH << 4 | dup | message.qos << 1 | (message.retain ? 1 : 0),
            body.toByteArray());
    }
}
