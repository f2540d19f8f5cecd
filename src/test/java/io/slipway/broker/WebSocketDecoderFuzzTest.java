package io.slipway.broker;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames that are almost right, in pieces: none makes the decoder fail, or hold more than it was sent. */
class WebSocketDecoderFuzzTest {
    private static final int FRAMES = 100_000;
    private static final int CONNECTIONS = 5_000;
    private static final byte[] HEAD = ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Protocol: mqtt\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final int[] OPCODES = {0, 1, 2, 2, 2, 8, 9, 10, 15};

    private static byte[] frame(Random random) {
        int length = random.nextInt(8) == 0 ? random.nextInt(70_000) : random.nextInt(140);
        ByteBuf frame = Unpooled.buffer();
        frame.writeByte((random.nextInt(8) == 0 ? 0 : 0x80) | OPCODES[random.nextInt(OPCODES.length)]);
        if (length < 126) {
            frame.writeByte(0x80 | length);
        } else if (length < 1 << 16) {
            frame.writeByte(0x80 | 126).writeShort(length);
        } else {
            frame.writeByte(0x80 | 127).writeLong(length);
        }
        frame.writeInt(random.nextInt()).writeZero(length);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(Math.min(bytes.length, 14))] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** Sends it in two pieces. @return how many bytes came out */
    private static long send(EmbeddedChannel channel, byte[] bytes, Random random) {
        int cut = random.nextInt(bytes.length + 1);
        channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
        }
        long out = 0;
        for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
            out += in.readableBytes();
            in.release();
        }
        for (Object answer = channel.readOutbound(); answer != null; answer = channel.readOutbound()) {
            ReferenceCountUtil.release(answer);
        }
        return out;
    }

    @Test
    void noFrameMakesTheDecoderFail() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        System.out.println("WebSocketDecoderFuzzTest: -Dslipway.seed=" + seed);
        Random random = new Random(seed);
        long taken = 0;
        for (int c = 0; c < CONNECTIONS; c++) {
            EmbeddedChannel channel = new EmbeddedChannel(new WebSocketDecoder(true));
            channel.writeInbound(Unpooled.copiedBuffer(HEAD));
            assertNotNull(channel.readOutbound());
            for (int i = 0; i < FRAMES / CONNECTIONS; i++) {
                byte[] frame = frame(random);
                if (channel.isOpen()) {
                    long out = send(channel, frame, random);
                    assertTrue(out <= frame.length + 16, "seed " + seed);
                    taken += out;
                }
            }
            // Throws what a handler threw.
            channel.checkException();
            channel.finishAndReleaseAll();
        }
        assertTrue(taken > 0);
    }
}
