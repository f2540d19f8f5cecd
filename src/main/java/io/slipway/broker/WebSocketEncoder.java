package io.slipway.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Puts what is written into binary frames (RFC 6455 section 5.2), which a server does not mask. */
final class WebSocketEncoder extends ChannelOutboundHandlerAdapter {
    private static final int LAST_OF_BINARY = 0x82;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LONGEST_HEADER = 10;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        int length = ((ByteBuf) message).readableBytes();
        ByteBuf header = Unpooled.buffer(LONGEST_HEADER).writeByte(LAST_OF_BINARY);
        if (length < LENGTH_16) {
            header.writeByte(length);
        } else if (length < 1 << 16) {
            header.writeByte(LENGTH_16).writeShort(length);
        } else {
            header.writeByte(LENGTH_64).writeLong(length);
        }
        ctx.write(header);
        ctx.write(message, promise);
    }
}
