package io.slipway.mdns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of multicast DNS (RFC 1035, 4; RFC 6762, 18).
 *
 * <pre>
 * 0   2      4          6        8            10          12
 * id  flags  questions  answers  authorities  additional  questions, records
 *
 * question: name, type(2), class(2): the top bit asks for a unicast answer
 * record:   name, type(2), class(2): the top bit is "unique", ttl(4), length(2), data
 * </pre>
 * Names are read and written by Netty's codec, which knows loops of compression and names without end. Its records are
 * not used: they do not resolve the name in an SRV record, and every name would go through IDN.
 */
final class Message {
    /** The largest there may be (RFC 6762, 17). */
    static final int MAX_BYTES = 9000;
    private static final int MAX_RECORDS = 512;
    private static final int RESPONSE = 0x8000;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    /** Another operation than a query, or an error: to be passed over (RFC 6762, 18.3 and 18.11). */
    private static final int FOREIGN = 0x780f;
    private static final int TOP_BIT = 0x8000;
    private static final int IN = 1;
    private static final int ANY_CLASS = 255;

    final int id;
    final boolean response;
    /** Whether more known answers follow in another message. */
    final boolean truncated;
    final List<Question> questions = new ArrayList<>(2);
    final List<Record> answers = new ArrayList<>(4);
    final List<Record> authorities = new ArrayList<>(2);
    final List<Record> additional = new ArrayList<>(4);

    Message(int id, boolean response, boolean truncated) {
        this.id = id;
        this.response = response;
        this.truncated = truncated;
    }

    /** Reads a message; {@code null} for anything that is none. The bytes are from index 0 on. */
    static Message parse(ByteBuf in) {
        try {
            int id = in.readUnsignedShort();
            int flags = in.readUnsignedShort();
            int[] counts = {in.readUnsignedShort(), in.readUnsignedShort(), in.readUnsignedShort(),
                in.readUnsignedShort()};
            if ((flags & FOREIGN) != 0 || (long) counts[0] + counts[1] + counts[2] + counts[3] > MAX_RECORDS) {
                return null;
            }
            Message message = new Message(id, (flags & RESPONSE) != 0, (flags & TRUNCATED) != 0);
            for (int i = 0; i < counts[0]; i++) {
                question(in, message);
            }
            records(in, counts[1], message.answers);
            records(in, counts[2], message.authorities);
            records(in, counts[3], message.additional);
            return message;
        } catch (IndexOutOfBoundsException | DecoderException malformed) {
            return null;
        }
    }

    private static void question(ByteBuf in, Message message) {
        String name = DefaultDnsRecordDecoder.decodeName(in);
        int type = in.readUnsignedShort();
        int dnsClass = in.readUnsignedShort();
        if ((dnsClass & ~TOP_BIT) == IN || (dnsClass & ~TOP_BIT) == ANY_CLASS) {
            message.questions.add(new Question(name, type, (dnsClass & TOP_BIT) != 0));
        }
    }

    private static void records(ByteBuf in, int count, List<Record> records) {
        for (int i = 0; i < count; i++) {
            String name = DefaultDnsRecordDecoder.decodeName(in);
            int type = in.readUnsignedShort();
            int dnsClass = in.readUnsignedShort();
            long ttlS = in.readUnsignedInt();
            int length = in.readUnsignedShort();
            int end = in.readerIndex() + length;
            int fixed = type == Record.PTR ? 0 : type == Record.SRV ? Record.SRV_NUMBERS : length;
            byte[] data = new byte[Math.min(fixed, in.readableBytes())];
            in.readBytes(data);
            String target = type == Record.PTR || type == Record.SRV ? DefaultDnsRecordDecoder.decodeName(in) : null;
            if (in.readerIndex() > end || data.length < fixed || length != 4 && type == Record.A
                || length != 16 && type == Record.AAAA) {
                throw new DecoderException("a record longer than it says");
            }
            in.readerIndex(end);
            if ((dnsClass & ~TOP_BIT) == IN) {
                records.add(new Record(name, type, (dnsClass & TOP_BIT) != 0, ttlS, data, target));
            }
        }
    }

    /** Writes it; at most {@link #MAX_BYTES}, as those who make messages know. */
    void write(ByteBuf out, NameEncoder names) {
        out.writeShort(id).writeShort((response ? RESPONSE | AUTHORITATIVE : 0) | (truncated ? TRUNCATED : 0));
        out.writeShort(questions.size()).writeShort(answers.size()).writeShort(authorities.size())
            .writeShort(additional.size());
        for (Question question : questions) {
            names.write(question.name, out);
            out.writeShort(question.type).writeShort(question.unicast ? IN | TOP_BIT : IN);
        }
        write(answers, out, names);
        write(authorities, out, names);
        write(additional, out, names);
    }

    private static void write(List<Record> records, ByteBuf out, NameEncoder names) {
        for (Record record : records) {
            names.write(record.name, out);
            out.writeShort(record.type).writeShort(record.unique ? IN | TOP_BIT : IN).writeInt((int) record.ttlS);
            int start = out.writerIndex();
            out.writeShort(0).writeBytes(record.data);
            if (record.target != null) {
                names.write(record.target, out);
            }
            out.setShort(start, out.writerIndex() - start - 2);
        }
    }
}
