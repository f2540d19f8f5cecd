package io.slipway.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.tinylog.Logger;

/**
 * One TCP connection to another gateway that has introduced itself. What it reads comes from its event loop; sending
 * is for any thread.
 */
final class TcpWay extends SimpleChannelInboundHandler<ByteBuf> implements Way {
    private static final long BEAT_MS = 1000;

    private final TcpPeers peers;
    /** Whom we connected to; {@code null} where somebody connected to us. */
    private final TcpPeer dialled;
    private final String id;
    private volatile ChannelHandlerContext context;
    private volatile boolean open;

    TcpWay(TcpPeers peers, TcpPeer dialled, String id) {
        this.peers = peers;
        this.dialled = dialled;
        this.id = id;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext active) {
        context = active;
        open = true;
        peers.engine().opened(id, this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext active, ByteBuf in) {
        byte[] frame = new byte[in.readableBytes()];
        in.readBytes(frame);
        peers.engine().received(this, frame);
    }

    @Override
    public boolean send(byte[] frame) {
        if (!open || !context.channel().isWritable()) {
            return false;
        }
        context.writeAndFlush(Unpooled.wrappedBuffer(frame), context.voidPromise());
        return true;
    }

    @Override
    public void close() {
        ChannelHandlerContext now = context;
        if (now != null) {
            now.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        open = false;
        peers.engine().ended(this);
        if (dialled != null) {
            dialled.ended(true, null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        Logger.debug("Replication: a connection failed: {}", cause.toString());
        active.close();
    }

    @Override
    public String address() {
        ChannelHandlerContext now = context;
        return now == null ? "" : String.valueOf(now.channel().remoteAddress());
    }

    @Override
    public boolean isOurs() {
        return dialled != null;
    }

    @Override
    public boolean isProof() {
        return true;
    }

    @Override
    public long beatMs() {
        return BEAT_MS;
    }
}
