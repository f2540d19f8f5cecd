package io.slipway.mdns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Who gets a name that two ask for at the same time (RFC 6762, 8.2). */
final class Tiebreak implements Comparator<Record> {
    private final NameEncoder names = new NameEncoder();

    private Tiebreak() {
    }

    /** Whether the records of that name that others propose are greater than ours. */
    static boolean loses(String name, List<Record> ours, List<Record> theirs) {
        Tiebreak order = new Tiebreak();
        List<Record> mine = named(name, ours);
        List<Record> other = named(name, theirs);
        Collections.sort(mine, order);
        Collections.sort(other, order);
        for (int i = 0; i < mine.size() && i < other.size(); i++) {
            int compared = order.compare(mine.get(i), other.get(i));
            if (compared != 0) {
                return compared < 0;
            }
        }
        return mine.size() < other.size();
    }

    private static List<Record> named(String name, List<Record> records) {
        List<Record> named = new ArrayList<>();
        for (Record record : records) {
            if (record.name.equalsIgnoreCase(name)) {
                named.add(record);
            }
        }
        return named;
    }

    @Override
    public int compare(Record one, Record other) {
        if (one.type != other.type) {
            return one.type < other.type ? -1 : 1;
        }
        // Byte by byte, without a sign, the shorter one first: as Netty compares.
        return bytes(one).compareTo(bytes(other));
    }

    private ByteBuf bytes(Record record) {
        ByteBuf bytes = Unpooled.buffer().writeBytes(record.data);
        if (record.target != null) {
            names.write(record.target, bytes);
        }
        return bytes;
    }
}
