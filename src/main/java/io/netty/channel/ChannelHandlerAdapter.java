package io.netty.channel;

/**
 * Replaces Netty's class of this name, the base of all handlers. The original reads from an annotation whether one
 * object may stand in several pipelines, to refuse what a programmer did wrong; the first annotation that a JVM reads
 * costs some fifty classes and a proxy. Here nothing is refused. As for the original, the event loop calls.
 */
public abstract class ChannelHandlerAdapter implements ChannelHandler {
    /** Set by the pipeline. */
    boolean added;

    /** Would refuse a handler that is marked as one for several pipelines and must not be. */
    protected void ensureNotSharable() {
        // Nothing is marked.
    }

    /** Whether the object may stand in several pipelines. */
    public boolean isSharable() {
        return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        // For those that derive from this.
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        // For those that derive from this.
    }

    @Override
    @Deprecated
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        context.fireExceptionCaught(cause);
    }
}
