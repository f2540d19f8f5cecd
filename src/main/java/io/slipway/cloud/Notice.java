package io.slipway.cloud;

import io.slipway.json.JsonReader;
import io.slipway.reading.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a gateway says of itself and of its readings beside the batches. Immutable; any thread. */
final class Notice {
    /** The reason of a gap that answers a request: what it names is not in the gateway's store. */
    static final String ABSENT = "absent";
    /** The reason of readings that came and could not be read: whoever mends that finds them in the table. */
    static final String SET_ASIDE = "set_aside";
    private static final long MOST_CLAIMED = 1 << 20;
    private static final int MOST_RANGES = 1024;
    private static final int LONGEST_WORD = 64;
    /** In the place of a last number that nobody knows. */
    static final long NO_END = 1L << 53;

    /** Numbers of an epoch. */
    static final class Range {
        final Epoch epoch;
        final long first;
        final long last;

        Range(Epoch epoch, long first, long last) {
            this.epoch = epoch;
            this.first = first;
            this.last = last;
        }
    }

    /** The gateway's id. */
    final String origin;
    /** Why they are gone; for an extent the gateway's version; for a state that state. */
    final String word;
    /** How many readings are gone; -1 where nobody knows. */
    final long count;
    /** What is gone, or for an extent what is held: epochs in descending order. Empty for lives nobody remembers. */
    final List<Range> ranges;

    private Notice(String origin, String word, long count, List<Range> ranges) {
        this.origin = origin;
        this.word = word;
        this.count = count;
        this.ranges = ranges;
    }

    /** {@code slipway/<gw>/state}. */
    static Notice state(Message message) throws BadMessage {
        String word = new String(message.payload, StandardCharsets.UTF_8);
        return new Notice(origin(message), word(word), 0, new ArrayList<Range>());
    }

    /** {@code slipway/<gw>/gap}: see docs/upstream.md. */
    static Notice gap(Message message) throws BadMessage {
        Map<?, ?> members = members(message);
        Object reason = members.get("reason");
        Object n = members.get("n");
        long count = n == null ? -1 : number(n);
        List<Range> ranges = new ArrayList<>();
        if (members.get("epoch") != null) {
            Epoch epoch = epoch(members);
            if (members.get("ranges") instanceof List) {
                for (Object one : list(members, "ranges")) {
                    ranges.add(range(epoch, one));
                }
            } else {
                long last = members.get("last") == null ? NO_END : number(members.get("last"));
                ranges.add(checked(new Range(epoch, number(members.get("first")), last)));
            }
        }
        return new Notice(origin(message), word(reason instanceof String ? (String) reason : ""), count, ranges);
    }

    /** Numbers that no copy has any more: perhaps the gateway has them, so nobody knows how many are gone. */
    static Notice lost(String origin, String reason, Epoch epoch, long first, long last) {
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(epoch, first, last));
        return new Notice(origin, reason, -1, ranges);
    }

    /** {@code slipway/<gw>/extent}: what the gateway's store holds. */
    static Notice extent(Message message) throws BadMessage {
        Map<?, ?> members = members(message);
        Object version = members.get("version");
        List<Range> ranges = new ArrayList<>();
        for (Object one : list(members, "epochs")) {
            ranges.add(range(one instanceof Map ? epoch((Map<?, ?>) one) : null, one));
        }
        return new Notice(origin(message), word(version instanceof String ? (String) version : ""), 0, ranges);
    }

    /**
     * What a batch that cannot be read says that it holds, by its user properties; {@code null} where that is nothing,
     * or too much to be believed.
     */
    static Notice claim(Message message) {
        try {
            Epoch epoch = epoch(message.properties);
            long first = Long.parseLong(String.valueOf(message.properties.get("first")));
            long last = Long.parseLong(String.valueOf(message.properties.get("last")));
            long count = Long.parseLong(String.valueOf(message.properties.get("count")));
            if (!origin(message).equals(message.properties.get("origin")) || count < 1 || count > last - first + 1
                || last - first > MOST_CLAIMED) {
                return null;
            }
            List<Range> ranges = new ArrayList<>();
            ranges.add(checked(new Range(epoch, first, last)));
            return new Notice(message.gateway(), SET_ASIDE, count, ranges);
        } catch (BadMessage | NumberFormatException none) {
            return null;
        }
    }

    private static String origin(Message message) throws BadMessage {
        if (!PackReader.isClean(message.gateway())) {
            throw new BadMessage("an id of a gateway that is none");
        }
        return message.gateway();
    }

    private static Map<?, ?> members(Message message) throws BadMessage {
        Object json = JsonReader.read(message.payload);
        if (!(json instanceof Map)) {
            throw new BadMessage("no JSON object");
        }
        Object origin = ((Map<?, ?>) json).get("origin");
        if (origin != null && !origin.equals(message.gateway())) {
            throw new BadMessage("the origin is not that of the topic");
        }
        return (Map<?, ?>) json;
    }

    private static List<?> list(Map<?, ?> members, String name) throws BadMessage {
        Object list = members.get(name);
        if (!(list instanceof List) || ((List<?>) list).size() > MOST_RANGES) {
            throw new BadMessage("no list of " + name + ", or one that is too long");
        }
        return (List<?>) list;
    }

    private static Range range(Epoch epoch, Object one) throws BadMessage {
        if (!(one instanceof Map)) {
            throw new BadMessage("a range that is none");
        }
        return checked(new Range(epoch, number(((Map<?, ?>) one).get("first")),
            number(((Map<?, ?>) one).get("last"))));
    }

    private static Range checked(Range range) throws BadMessage {
        if (range.first < 1 || range.last < range.first || range.last > NO_END) {
            throw new BadMessage("a range that is none");
        }
        return range;
    }

    private static Epoch epoch(Map<?, ?> members) throws BadMessage {
        Object name = members.get("epoch");
        Epoch epoch = name instanceof String ? Epoch.parse((String) name) : null;
        if (epoch == null) {
            throw new BadMessage("no epoch");
        }
        return epoch;
    }

    private static long number(Object value) throws BadMessage {
        if (!(value instanceof Long) || (Long) value < 0) {
            throw new BadMessage("a number that is missing or no whole one");
        }
        return (Long) value;
    }

    private static String word(String text) throws BadMessage {
        if (text.length() > LONGEST_WORD || !PackReader.isClean(text)) {
            throw new BadMessage("a word that is none");
        }
        return text;
    }
}
