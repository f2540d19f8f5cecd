package io.slipway.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tinylog.Logger;

/**
 * The server's side of WebSocket (RFC 6455) for MQTT (MQTT 5 section 6): answers the opening handshake, then hands on
 * what is in binary frames, as it comes and unmasked; frames may be of any length and hold any part of a packet. Bad
 * input closes the connection. Called by the network thread.
 *
 * <pre>
 * FIN 1 bit, 0 3 bits, opcode 4 bits | MASK 1 bit, length 7 bits | length 16 or 64 bits | mask 32 bits | payload
 * </pre>
 */
final class WebSocketDecoder extends ByteToMessageDecoder {
    /** Of a browser with many cookies; a client that sends more is none of ours. */
    private static final int LONGEST_HEAD = 8192;
    private static final int RESERVED_BITS = 0x70;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MASK_BYTES = 4;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int CANNOT_ACCEPT = 1003;

    private final boolean anyOrigin;
    private boolean open;
    private boolean closed;
    /** How much is still to come of the payload of the data frame that has begun. */
    private long left;
    private int mask;
    /** Whether the last data frame was not the last of its message. */
    private boolean unfinished;

    /** @param anyOrigin whether pages of other servers may connect */
    WebSocketDecoder(boolean anyOrigin) {
        this.anyOrigin = anyOrigin;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (closed) {
            in.skipBytes(in.readableBytes());
        } else if (!open) {
            shakeHands(ctx, in);
        } else if (left > 0) {
            payload(in, out);
        } else {
            frame(ctx, in);
        }
    }

    private void shakeHands(ChannelHandlerContext ctx, ByteBuf in) {
        int end = endOfHead(in);
        if (end < 0) {
            if (in.readableBytes() > LONGEST_HEAD) {
                refuse(ctx, "431 Request Header Fields Too Large");
            }
            return;
        }
        String head = in.toString(in.readerIndex(), end - in.readerIndex(), StandardCharsets.ISO_8859_1);
        in.readerIndex(end);
        WebSocketHandshake handshake = new WebSocketHandshake(head);
        if (!handshake.isValid()) {
            refuse(ctx, "400 Bad Request");
        } else if (!anyOrigin && !handshake.isSameOrigin()) {
            refuse(ctx, "403 Forbidden");
        } else {
            open = true;
            ctx.writeAndFlush(ascii(handshake.answer()));
        }
    }

    /** Just behind the empty line; -1 if it has not come. */
    private static int endOfHead(ByteBuf in) {
        int last = Math.min(in.writerIndex(), in.readerIndex() + LONGEST_HEAD) - 3;
        for (int i = in.readerIndex(); i < last; i++) {
            if (in.getByte(i) == '\r' && in.getByte(i + 1) == '\n' && in.getByte(i + 2) == '\r'
                && in.getByte(i + 3) == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    private void refuse(ChannelHandlerContext ctx, String status) {
        closed = true;
        Logger.debug("{}: {}", ctx.channel(), status);
        ctx.writeAndFlush(ascii("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
            .addListener(ChannelFutureListener.CLOSE);
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void frame(ChannelHandlerContext ctx, ByteBuf in) {
        int begin = in.readerIndex();
        if (in.readableBytes() < 2) {
            return;
        }
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int opcode = first & 15;
        int shortLength = second & ~MASKED;
        int longer = shortLength == LENGTH_16 ? 2 : shortLength == LENGTH_64 ? 8 : 0;
        boolean control = opcode >= CLOSE;
        boolean isFinal = (first & FINAL) != 0;
        if ((first & RESERVED_BITS) != 0 || (second & MASKED) == 0 || control && (!isFinal || longer > 0)) {
            close(ctx, PROTOCOL_ERROR);
            return;
        }
        if (in.readableBytes() < longer + MASK_BYTES + (control ? shortLength : 0)) {
            in.readerIndex(begin);
            return;
        }
        long length = longer == 0 ? shortLength : longer == 2 ? in.readUnsignedShort() : in.readLong();
        mask = in.readInt();
        if (control) {
            control(ctx, opcode, in, shortLength);
        } else if (opcode != (unfinished ? CONTINUATION : BINARY)) {
            // MQTT is binary, MQTT 5 section 6.0-1, and a message that has begun goes on.
            close(ctx, opcode == CONTINUATION || unfinished ? PROTOCOL_ERROR : CANNOT_ACCEPT);
        } else if (length < 0) {
            close(ctx, PROTOCOL_ERROR);
        } else {
            left = length;
            unfinished = !isFinal;
        }
    }

    private void control(ChannelHandlerContext ctx, int opcode, ByteBuf in, int length) {
        ByteBuf payload = unmasked(in, length);
        if (opcode == PING) {
            ctx.writeAndFlush(Unpooled.buffer(2 + length).writeByte(FINAL | PONG).writeByte(length)
                .writeBytes(payload));
        } else if (opcode == CLOSE) {
            close(ctx, length >= 2 ? payload.getUnsignedShort(0) : 1000);
        } else if (opcode != PONG) {
            close(ctx, PROTOCOL_ERROR);
        }
    }

    private void payload(ByteBuf in, List<Object> out) {
        int length = (int) Math.min(left, in.readableBytes());
        if (length > 0) {
            out.add(unmasked(in, length));
            left -= length;
        }
    }

    /** Reads bytes and turns the mask so that it fits those behind them. */
    private ByteBuf unmasked(ByteBuf in, int length) {
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] ^= (byte) (mask >>> 24);
            mask = mask << 8 | mask >>> 24;
        }
        return Unpooled.wrappedBuffer(bytes);
    }

    /** RFC 6455 section 5.5.1. */
    private void close(ChannelHandlerContext ctx, int reason) {
        closed = true;
        ctx.writeAndFlush(Unpooled.buffer(4).writeByte(FINAL | CLOSE).writeByte(2).writeShort(reason))
            .addListener(ChannelFutureListener.CLOSE);
    }
}
