package io.slipway.command;

import io.slipway.reading.Epoch;
import io.slipway.reading.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A command as it is kept between two lives of the gateway. Numbers are big-endian, a text is its length in two bytes
 * and modified UTF-8 ({@link DataOutputStream#writeUTF}).
 *
 * <pre>
 * version 1 (1) | state (1: 0 queued, 1 sent, 2 ended) | boot counter (4) | nonce (4) | mono, ms (8) | wall, ms (8)
 * time to live, ms (8) | id, text | topic, text | payload length (4) | payload | report length (4) | last report
 * </pre>
 *
 * Of one that has ended the payload is left out.
 */
final class CommandCodec {
    private static final int VERSION = 1;

    private CommandCodec() {
    }

    static byte[] encode(Command command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeByte(command.state.ordinal());
            out.writeInt(command.epoch.boot());
            out.writeInt(command.epoch.nonce());
            out.writeLong(command.mono);
            out.writeLong(command.wall);
            out.writeLong(command.ttlMs);
            out.writeUTF(command.id);
            out.writeUTF(command.topic.text);
            boolean hasEnded = command.state == Command.State.ENDED;
            out.writeInt(hasEnded ? 0 : command.payload.length);
            out.write(command.payload, 0, hasEnded ? 0 : command.payload.length);
            byte[] report = command.report == null ? new byte[0] : command.report;
            out.writeInt(report.length);
            out.write(report);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    /** {@code null} where the bytes are no command to a node of this gateway. */
    static Command decode(Topics topics, long number, byte[] body) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
            if (in.readByte() != VERSION) {
                return null;
            }
            Command.State state = Command.State.values()[in.readByte()];
            Epoch epoch = new Epoch(in.readInt(), in.readInt());
            long mono = in.readLong();
            long wall = in.readLong();
            long ttlMs = in.readLong();
            String id = in.readUTF();
            String topic = in.readUTF();
            if (!topic.startsWith(topics.root())) {
                return null;
            }
            byte[] payload = bytes(in, body.length);
            Command command = new Command(number, id, CommandTopic.parse(topics, topic), payload, epoch, mono, wall,
                ttlMs);
            command.state = state;
            command.report = bytes(in, body.length);
            command.kept = true;
            return command;
        } catch (IOException | RuntimeException noCommand) {
            return null;
        }
    }

    private static byte[] bytes(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("a length of " + length);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
