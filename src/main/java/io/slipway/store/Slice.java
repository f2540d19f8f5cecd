package io.slipway.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A few runs of readings, in order. Immutable; any thread.
 *
 * <pre>
 * short   number of runs, each as {@link Run} says
 * byte    1 where there is more
 * long    where to go on: stream
 * long    and number
 * </pre>
 */
public final class Slice {
    /** Maybe none: see {@link History#next}. */
    public final List<Run> runs;
    /** Where to go on; {@code null} where this is the last slice. */
    public final Position next;

    Slice(List<Run> runs, Position next) {
        this.runs = Collections.unmodifiableList(runs);
        this.next = next;
    }

    /** For another process. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeShort(runs.size());
            for (Run run : runs) {
                run.writeTo(out);
            }
            out.writeBoolean(next != null);
            out.writeLong(next == null ? 0 : next.sid);
            out.writeLong(next == null ? 0 : next.seq);
        } catch (IOException never) {
            throw new IllegalStateException(never);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException if it is cut off
     */
    public static Slice parse(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Run[] runs = new Run[in.readUnsignedShort()];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = Run.readFrom(in);
        }
        boolean more = in.readBoolean();
        Position next = new Position(in.readLong(), in.readLong());
        return new Slice(Arrays.asList(runs), more ? next : null);
    }
}
