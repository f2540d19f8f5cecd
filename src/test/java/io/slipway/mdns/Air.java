package io.slipway.mdns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was sent on a link, each message as the bytes that others read. */
final class Air implements Out {
    static final String TYPE = "_slipway._tcp.local.";
    static final String NAME = "gw-01._slipway._tcp.local.";
    static final String HOST = "slipway-gw-01.local.";

    final List<Message> multicast = new ArrayList<>();
    final List<Message> unicast = new ArrayList<>();

    @Override
    public void send(Message message, InetSocketAddress to) {
        (to == null ? multicast : unicast).add(Message.parse(bytes(message)));
    }

    static ByteBuf bytes(Message message) {
        ByteBuf bytes = Unpooled.buffer();
        message.write(bytes, new NameEncoder());
        if (bytes.readableBytes() > Message.MAX_BYTES) {
            throw new AssertionError(bytes.readableBytes() + " bytes");
        }
        return bytes;
    }

    /** What was sent to all since the last call. */
    List<Message> take() {
        List<Message> taken = new ArrayList<>(multicast);
        multicast.clear();
        return taken;
    }

    static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) last});
        } catch (java.net.UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static InetSocketAddress from(int last) {
        return new InetSocketAddress(address(last), Mdns.PORT);
    }

    static Service service() {
        return new Service(TYPE, "gw-01", 7450, Map.of("id", "gw-01"));
    }

    static Message query(Question... questions) {
        Message query = new Message(0, false, false);
        query.questions.addAll(List.of(questions));
        return query;
    }

    static Message answer(Record... records) {
        Message answer = new Message(0, true, false);
        answer.answers.addAll(List.of(records));
        return answer;
    }

    /** All that a gateway says of itself. */
    static Message of(String id, int port, int last, long ttlS) {
        String name = id + "." + TYPE;
        String host = "slipway-" + id + ".local.";
        return answer(Record.ptr(TYPE, ttlS, name), Record.srv(name, Math.min(ttlS, 120), port, host),
            Record.txt(name, ttlS, Map.of("id", id)), Record.address(host, Math.min(ttlS, 120), address(last)));
    }
}
