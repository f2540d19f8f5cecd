package io.netty.channel;

/**
 * Replaces Netty's class of this name, which tells for each class of handlers which events may pass it by. The
 * original looks up every method of the handler by reflection and reads its annotations, for which the JVM makes proxy
 * classes: too much for the start of a JVM that only interprets. Here an event visits every handler of its direction,
 * and one that has nothing to do with it passes it on, as its base class does anyway. Any thread.
 */
final class ChannelHandlerMask {
    /** {@code exceptionCaught}, which goes to every handler. */
    private static final int EXCEPTION = 1;
    /** {@code channelRegistered} to {@code channelWritabilityChanged}, as {@link AbstractChannelHandlerContext} has. */
    private static final int INBOUND = 0x1fe;
    /** {@code bind} to {@code flush}. */
    private static final int OUTBOUND = 0x1fe00;

    private ChannelHandlerMask() { }

    /** The events that visit handlers of this class, a bit each. */
    static int mask(Class<? extends ChannelHandler> handler) {
        return EXCEPTION
            | (ChannelInboundHandler.class.isAssignableFrom(handler) ? INBOUND : 0)
            | (ChannelOutboundHandler.class.isAssignableFrom(handler) ? OUTBOUND : 0);
    }
}
