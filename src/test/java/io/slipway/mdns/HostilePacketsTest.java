package io.slipway.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes from the LAN: it is dropped or understood, and nothing grows without bounds. */
class HostilePacketsTest {
    private static final int PACKETS = Integer.getInteger("slipway.packets", 100_000);

    private static Message parse(String hex) {
        return Message.parse(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void namesThatPointAtThemselvesAreDropped() {
        // One question, whose name is a pointer to itself.
        assertNull(parse("0000 0000 0001 0000 0000 0000 c00c 000c 0001"));
        // Two pointers to each other.
        assertNull(parse("0000 0000 0001 0000 0000 0000 c00e c00c 000c 0001"));
        // A pointer past the end.
        assertNull(parse("0000 0000 0001 0000 0000 0000 c0ff 000c 0001"));
    }

    @Test
    void countsThatAreNotThereAreDropped() {
        assertNull(parse("0000 8400 0000 ffff ffff ffff"));
        assertNull(parse("0000 8400 0000 0001 0000 0000"));
        assertNull(parse("0000"));
        // A name of three bytes in a record of one.
        assertNull(parse("0000 8400 0000 0001 0000 0000 016100 000c 0001 00000078 0001 016200"));
        // An address of three bytes; an SRV record of two.
        assertNull(parse("0000 8400 0000 0001 0000 0000 016100 0001 0001 00000078 0003 0a0000"));
        assertNull(parse("0000 8400 0000 0001 0000 0000 016100 0021 0001 00000078 0002 0000"));
    }

    @Test
    void namesThatCannotBeWrittenAsTheyWereReadAreNotTakenUp() {
        assertTrue(Names.isPlain("gw-01 (2)._slipway._tcp.local."));
        for (String odd : List.of("", ".", "a", "a..b.", ".a.", "\u00e4.", "a\n.")) {
            assertFalse(Names.isPlain(odd), odd);
        }
    }

    @Test
    void whatIsNoQueryAndNoAnswerIsDropped() {
        assertNull(parse("0000 2800 0000 0000 0000 0000"), "another operation");
        assertNull(parse("0000 8403 0000 0000 0000 0000"), "an error");
    }

    @Test
    void recordsOfOtherTypesArePassedOver() {
        // NSEC, then A.
        Message message = parse("0000 8400 0000 0002 0000 0000 016100 002f 8001 00000078 0004 c00c 0001"
            + "c00c 0001 8001 00000078 0004 0a4d0002");
        assertEquals(2, message.answers.size());
        assertEquals("a.", message.answers.get(1).name);
        assertTrue(message.answers.get(1).unique);
    }

    private static List<byte[]> good() {
        List<Message> messages = new ArrayList<>();
        messages.add(Air.of("gw-02", 7450, 2, 4500));
        messages.add(Air.of("gw-01", 7451, 3, 4500));
        messages.add(Air.of("gw-02", 7450, 2, 0));
        messages.add(Air.query(new Question(Air.TYPE, Record.PTR, true), new Question(Air.NAME, Record.ANY, false)));
        Message probe = Air.query(new Question(Air.NAME, Record.ANY, false));
        probe.authorities.add(Record.srv(Air.NAME, 120, 7451, Air.HOST));
        messages.add(probe);
        List<byte[]> all = new ArrayList<>();
        for (Message message : messages) {
            ByteBuf bytes = Air.bytes(message);
            byte[] array = new byte[bytes.readableBytes()];
            bytes.readBytes(array);
            all.add(array);
        }
        return all;
    }

    private static byte[] mutated(byte[] packet, Random random) {
        byte[] bytes = java.util.Arrays.copyOf(packet, random.nextInt(8) == 0 ? random.nextInt(packet.length + 20)
            : packet.length);
        for (int i = random.nextInt(6); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            int kind = random.nextInt(4);
            bytes[at] = (byte) (kind == 0 ? random.nextInt() : kind == 1 ? bytes[at] ^ 1 << random.nextInt(8)
                : kind == 2 ? 0xc0 : random.nextInt(64));
        }
        return bytes;
    }

    @Test
    void mutatedPacketsDoNoHarm() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<byte[]> good = good();
        int[] told = new int[2];
        Air air = new Air();
        Responder responder = new Responder(Air.service(), air, random);
        Browser browser = new Browser(Air.TYPE, null, air, random, new Browser.Observer() {
            @Override
            public void found(Instance instance) {
                assertTrue(instance.addresses.size() <= Browser.MAX_ADDRESSES && instance.text.size() <= 32);
                told[0]++;
            }

            @Override
            public void lost(String name) {
                told[1]++;
            }

            @Override
            public void dropped() {
                // As it should be.
            }
        });
        long now = 0;
        int number = 1;
        responder.start(number, List.of(Air.address(1)), 0, now);
        browser.start(now);
        int understood = 0;
        for (int i = 0; i < PACKETS; i++) {
            now += random.nextInt(20);
            Message message = Message.parse(Unpooled.wrappedBuffer(
                mutated(good.get(random.nextInt(good.size())), random)));
            if (message != null) {
                understood++;
                InetSocketAddress from = new InetSocketAddress(Air.address(random.nextInt(9)),
                    random.nextInt(5) == 0 ? 9999 : Mdns.PORT);
                if (responder.received(message, from, false, now)) {
                    responder.start(++number, List.of(Air.address(1)), 0, now);
                }
                browser.received(message, from, now);
            }
            responder.run(now);
            browser.run(now);
            air.multicast.clear();
            air.unicast.clear();
        }
        assertTrue(understood > PACKETS / 5 && understood < PACKETS, understood + " understood, seed " + seed);
        assertTrue(told[0] > 10 && told[1] <= told[0], told[0] + " found, seed " + seed);
    }
}
