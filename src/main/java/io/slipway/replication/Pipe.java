package io.slipway.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.concurrent.TimeUnit;

/**
 * Passes all that one end of a tunnel says on to the other. While the other end does not take it, nothing more is read:
 * at most {@value #HIGH} bytes and one read's, {@value TcpPeers#MOST_READ}, wait in each direction. Where one end ends,
 * so does the other. The event loop of both.
 */
final class Pipe extends ChannelInboundHandlerAdapter {
    private static final int LOW = 16 << 10;
    private static final int HIGH = 32 << 10;
    /** What is under way when one end closes may still go to the other for so long. */
    private static final long FAREWELL_S = 10;

    private final Channel other;
    private final Health health;
    /** {@code null} where nothing is counted. */
    private final Counter counter;
    private long lastNs = System.nanoTime();

    private Pipe(Channel other, Health health, Counter counter) {
        this.other = other;
        this.health = health;
        this.counter = counter;
    }

    /**
     * Connects two channels of one event loop. Neither may be reading by itself yet; both do then.
     *
     * @param idleNs both are closed when neither has said anything for so long; 0: never
     * @param fromOne counts what {@code one} says, {@code fromTwo} the other; both may be {@code null}
     */
    static void join(Channel one, Counter fromOne, Channel two, Counter fromTwo, Health health, long idleNs) {
        Pipe there = new Pipe(two, health, fromOne);
        Pipe back = new Pipe(one, health, fromTwo);
        one.config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW, HIGH));
        two.config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW, HIGH));
        one.pipeline().addLast(there);
        two.pipeline().addLast(back);
        if (idleNs > 0) {
            watch(one, there, back, idleNs);
        }
        if (!one.isActive() || !two.isActive()) {
            one.close();
            two.close();
        }
        one.config().setAutoRead(true);
        two.config().setAutoRead(true);
    }

    private static void watch(final Channel channel, final Pipe there, final Pipe back, final long idleNs) {
        long silentNs = System.nanoTime() - Math.max(there.lastNs, back.lastNs);
        if (silentNs >= idleNs) {
            channel.close();
        } else if (channel.isActive()) {
            channel.eventLoop().schedule(new Runnable() {
                @Override
                public void run() {
                    watch(channel, there, back, idleNs);
                }
            }, idleNs - silentNs, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        lastNs = System.nanoTime();
        if (counter != null) {
            health.count(counter, ((ByteBuf) message).readableBytes());
        }
        other.writeAndFlush(message, other.voidPromise());
    }

    /** From within the write that crosses the mark, so no read comes in between. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        other.config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        closeSoon(other);
    }

    /** Leaves a channel time to say the rest. Its event loop. */
    static void closeSoon(final Channel channel) {
        if (channel.isActive()) {
            channel.eventLoop().schedule(new Runnable() {
                @Override
                public void run() {
                    channel.close();
                }
            }, FAREWELL_S, TimeUnit.SECONDS);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
