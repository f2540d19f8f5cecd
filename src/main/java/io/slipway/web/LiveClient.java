package io.slipway.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who follows what happens, as server-sent events. What waits for a slow one is bounded by {@value
 * #MOST_EVENTS} events and {@value #MOST_BYTES} bytes; then new ones are dropped, and it is told how many once it
 * reads again.
 */
final class LiveClient {
    static final int MOST_EVENTS = 256;
    static final int MOST_BYTES = 64 << 10;
    /** A line that says nothing, so that a client that is gone is found out. */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HELLO = "retry: 3000\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEARTBEAT_S = 15;
    /** Heartbeats without anything read, after which a client is given up. */
    private static final int PATIENCE = 4;

    private final ChannelHandlerContext ctx;
    private final LiveFilter filter;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long lost;
    private boolean scheduled;
    /** The network thread's. */
    private Future<?> heart;
    private int stuck;

    private final Runnable flush = new Runnable() {
        @Override
        public void run() {
            write();
        }
    };

    LiveClient(ChannelHandlerContext ctx, LiveFilter filter) {
        this.ctx = ctx;
        this.filter = filter;
    }

    /** The response's head is out. The network thread. */
    void begin() {
        writeChunk(HELLO);
        ctx.flush();
        heart = ctx.executor().scheduleWithFixedDelay(new Runnable() {
            @Override
            public void run() {
                beat();
            }
        }, HEARTBEAT_S, HEARTBEAT_S, TimeUnit.SECONDS);
    }

    private void beat() {
        if (!ctx.channel().isWritable()) {
            stuck++;
            if (stuck >= PATIENCE) {
                ctx.close();
            }
            return;
        }
        stuck = 0;
        writeChunk(HEARTBEAT);
        ctx.flush();
    }

    /** The connection has ended. The network thread. */
    void end() {
        if (heart != null) {
            heart.cancel(false);
        }
    }

    /** The connection takes more, or no more. The network thread. */
    void writabilityChanged() {
        if (ctx.channel().isWritable()) {
            write();
        }
    }

    /** Any thread; never waits. */
    boolean wants(String node, String source) {
        return filter.wants(node, source);
    }

    /**
     * Any thread; never waits.
     *
     * @param event a whole event with its empty line
     * @return false where it is lost, because too much waits already
     */
    boolean offer(byte[] event) {
        boolean taken;
        synchronized (waiting) {
            taken = waiting.size() < MOST_EVENTS && waitingBytes + event.length <= MOST_BYTES;
            if (taken) {
                waiting.add(event);
                waitingBytes += event.length;
            } else {
                lost++;
            }
            if (scheduled) {
                return taken;
            }
            scheduled = true;
        }
        ctx.executor().execute(flush);
        return taken;
    }

    private void write() {
        boolean wrote = false;
        while (ctx.channel().isWritable()) {
            byte[] next = next();
            if (next == null) {
                break;
            }
            writeChunk(next);
            wrote = true;
        }
        if (wrote) {
            ctx.flush();
        }
    }

    /** {@code null} where nothing waits: the next offer schedules again. What was lost comes after what was not. */
    private byte[] next() {
        synchronized (waiting) {
            byte[] event = waiting.poll();
            if (event != null) {
                waitingBytes -= event.length;
                return event;
            }
            if (lost > 0) {
                byte[] told = event("lost", new JsonWriter().object().field("lost", lost).endObject().toBytes());
                lost = 0;
                return told;
            }
            scheduled = false;
            return null;
        }
    }

    private void writeChunk(byte[] bytes) {
        ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }

    /** An event of a type, with JSON, which has no line ends, as its data. */
    static byte[] event(String type, byte[] json) {
        byte[] head = ("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
        byte[] event = new byte[head.length + json.length + 2];
        System.arraycopy(head, 0, event, 0, head.length);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }
}
