package io.slipway.cloud;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps account of each life of each gateway: which numbers are stored, which are gone for good, and so which are
 * missing. Everything that one call changes is one transaction. Used by one thread.
 *
 * <p>What a batch goes over counts as settled from its first number to its last: the gateway sends in order what it
 * has, so a number that it passed over within a batch never comes. One that does come later is stored all the same.
 */
final class Account {
    private final Books books;
    private final Health health;

    Account(Books books, Health health) {
        this.books = books;
        this.health = health;
    }

    /**
     * Takes a group in. When this returns it is committed.
     *
     * @return what gateways may be told is stored
     * @throws SQLException if nothing of it is stored, or nobody knows
     */
    List<Receipt> store(Group group, long now) throws SQLException {
        return store(group, Collections.<Copy>emptyList(), null, now);
    }

    /**
     * Takes blocks in, and notes up to where. When this returns it is committed.
     *
     * @param before by stream up to which block they were stored
     * @throws SQLException if nothing of it is stored, or nobody knows; also where the database says another place
     */
    void store(List<Copy> copies, Map<String, Long> before, long now) throws SQLException {
        Group group = new Group();
        for (Copy copy : copies) {
            group.add(copy);
        }
        store(group, copies, before, now);
    }

    private List<Receipt> store(Group group, List<Copy> copies, Map<String, Long> before, long now)
            throws SQLException {
        Map<String, String[]> keys = new HashMap<>();
        for (Pack pack : group.packs) {
            key(keys, pack.origin, pack.epoch);
        }
        keys(keys, group.gaps);
        keys(keys, group.lost);
        keys(keys, group.extents);
        for (Group.Rejected one : group.rejected) {
            keys(keys, one.claim == null ? Collections.<Notice>emptyList() : Collections.singletonList(one.claim));
        }
        Map<String, StreamRow> streams = keys.isEmpty() ? new HashMap<String, StreamRow>()
            : books.streams(keys.values(), now);
        List<Piece> pieces = pieces(group.packs, streams);
        Map<Piece, long[]> ranges = pieces.isEmpty() ? new HashMap<Piece, long[]>() : take(pieces, now);
        for (Group.Rejected one : group.rejected) {
            books.aside(one.message, one.reason, now);
            if (one.claim != null) {
                gap(one.claim, streams, now);
            }
        }
        for (Notice gap : group.gaps) {
            gap(gap, streams, now);
        }
        for (Notice extent : group.extents) {
            books.extent(extent.origin, extent.word, now);
            for (Notice.Range range : extent.ranges) {
                stream(streams, extent.origin, range.epoch).grow(0, range.last, now);
            }
        }
        for (Notice state : group.states) {
            books.gateway(state.origin, state.word, now);
        }
        advance(streams.values(), now);
        for (Notice lost : group.lost) {
            if (stream(streams, lost.origin, lost.ranges.get(0).epoch).contig < lost.ranges.get(0).last) {
                gap(lost, streams, now);
            }
        }
        books.save(streams.values());
        books.cursors().move(copies, before);
        books.commit();
        count(group, pieces);
        return receipts(group, streams, ranges);
    }

    private static void keys(Map<String, String[]> keys, List<Notice> notices) {
        for (Notice notice : notices) {
            for (Notice.Range range : notice.ranges) {
                key(keys, notice.origin, range.epoch);
            }
        }
    }

    private static void key(Map<String, String[]> keys, String origin, Epoch epoch) {
        keys.put(origin + '/' + epoch, new String[] {origin, epoch.toString()});
    }

    private static StreamRow stream(Map<String, StreamRow> streams, String origin, Epoch epoch) {
        return streams.get(origin + '/' + epoch);
    }

    /** In order of stream and number, so that each joins the one before it or begins a piece. */
    private static List<Piece> pieces(List<Pack> packs, final Map<String, StreamRow> streams) {
        List<Pack> sorted = new ArrayList<>(packs);
        Collections.sort(sorted, new Comparator<Pack>() {
            @Override
            public int compare(Pack one, Pack other) {
                int byStream = Long.compare(stream(streams, one.origin, one.epoch).sid,
                    stream(streams, other.origin, other.epoch).sid);
                return byStream != 0 ? byStream : Long.compare(one.first(), other.first());
            }
        });
        List<Piece> pieces = new ArrayList<>();
        for (Pack pack : sorted) {
            StreamRow stream = stream(streams, pack.origin, pack.epoch);
            Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            if (last == null || last.stream != stream || !last.join(pack)) {
                pieces.add(new Piece(stream, pack));
            }
        }
        return pieces;
    }

    /** Stores the readings and widens what is held; returns for each piece the range that it is part of now. */
    private Map<Piece, long[]> take(List<Piece> pieces, long now) throws SQLException {
        books.insert(pieces);
        // A block has no times but those of its writing; a batch may have those that were worked out since.
        books.mendTimes(pieces);
        List<long[]> before = books.heldAt(pieces);
        List<long[]> gone = new ArrayList<>();
        Map<Piece, long[]> ranges = new HashMap<>();
        List<long[]> merged = new ArrayList<>();
        for (Piece piece : pieces) {
            piece.stream.grow(piece.last, 0, now);
            piece.stream.cameAt = now;
            piece.stream.lastAt = Math.max(piece.stream.lastAt, latest(piece.readings));
            long[] range = {piece.stream.sid, piece.first, piece.last, piece.added};
            widen(range, before, gone);
            // The piece before may touch the same range.
            widen(range, merged, new ArrayList<long[]>());
            merged.add(range);
            ranges.put(piece, range);
        }
        books.replaceHeld(gone, merged);
        return ranges;
    }

    /** Takes those that touch the range into it, and out of where they were. */
    private static void widen(long[] range, List<long[]> others, List<long[]> gone) {
        for (int i = others.size() - 1; i >= 0; i--) {
            long[] other = others.get(i);
            if (other[0] == range[0] && other[1] <= range[2] + 1 && other[2] >= range[1] - 1) {
                range[1] = Math.min(range[1], other[1]);
                range[2] = Math.max(range[2], other[2]);
                range[3] += other[3];
                gone.add(other);
                others.remove(i);
            }
        }
    }

    private static long latest(List<Reading> readings) {
        long latest = 0;
        for (Reading reading : readings) {
            latest = reading.hasTime() ? Math.max(latest, reading.at) : latest;
        }
        return latest;
    }

    private void gap(Notice gap, Map<String, StreamRow> streams, long now) throws SQLException {
        if (gap.ranges.isEmpty()) {
            books.gaps().add(gap.origin, -1, new long[] {0, 0}, gap.count, gap.word, true, now);
        }
        for (Notice.Range range : gap.ranges) {
            StreamRow stream = stream(streams, gap.origin, range.epoch);
            boolean hasEnd = range.last < Notice.NO_END;
            stream.grow(0, hasEnd ? range.last : 0, now);
            if (!books.gaps().isToldWider(stream.sid, gap.word, range.first, range.last)) {
                boolean settled = gap.word.equals(Notice.ABSENT) || gap.word.equals(Notice.SET_ASIDE)
                    || hasEnd && isWhole(stream.sid, range.first, range.last, gap.count);
                books.gaps().add(gap.origin, stream.sid, new long[] {range.first, range.last}, gap.count, gap.word,
                    settled, now);
            }
        }
    }

    /** Whether what is gone and what is stored are together all numbers of the range. */
    private boolean isWhole(long sid, long first, long last, long gone) throws SQLException {
        long span = last - first + 1;
        return gone >= span || gone > 0 && gone + books.count(sid, first, last) >= span;
    }

    private void advance(Collection<StreamRow> streams, long now) throws SQLException {
        for (StreamRow stream : streams) {
            if (stream.contig < stream.end()) {
                long reached = stream.contig;
                for (long[] range : books.settled(stream.sid, stream.contig)) {
                    if (range[0] > reached + 1) {
                        break;
                    }
                    reached = Math.max(reached, range[1]);
                }
                stream.reach(reached, now);
            }
        }
    }

    /**
     * What is missing of a stream, in a transaction of its own: gaps that what has come since makes whole are settled
     * first.
     *
     * @param most ranges
     * @return the stream's row as it is now, and the ranges, first and last each; locked until the next commit
     */
    List<long[]> missing(StreamRow stream, int most, long now) throws SQLException {
        for (long[] gap : books.gaps().open(stream.sid)) {
            if (isWhole(stream.sid, gap[1], gap[2], gap[3])) {
                books.gaps().settle(gap[0]);
            }
        }
        advance(Collections.singletonList(stream), now);
        return holes(books.settled(stream.sid, stream.contig), stream.contig, stream.end(), most);
    }

    /** Numbers from {@code after} to {@code end} that are in no range. */
    static List<long[]> holes(List<long[]> settled, long after, long end, int most) {
        List<long[]> holes = new ArrayList<>();
        long next = after + 1;
        for (long[] range : settled) {
            if (holes.size() == most || next > end) {
                return holes;
            }
            if (range[0] > next) {
                holes.add(new long[] {next, Math.min(end, range[0] - 1)});
            }
            next = Math.max(next, range[1] + 1);
        }
        if (holes.size() < most && next <= end) {
            holes.add(new long[] {next, end});
        }
        return holes;
    }

    private void count(Group group, List<Piece> pieces) {
        long added = 0;
        long all = 0;
        for (Piece piece : pieces) {
            added += piece.added;
            all += piece.readings.size();
        }
        health.count(Counter.CLOUD_READINGS, added);
        health.count(Counter.CLOUD_DUPLICATES, all - added);
        health.count(Counter.CLOUD_SET_ASIDE, group.rejected.size());
    }

    private static List<Receipt> receipts(Group group, Map<String, StreamRow> streams, Map<Piece, long[]> ranges) {
        List<Receipt> receipts = new ArrayList<>();
        for (Map.Entry<Piece, long[]> one : ranges.entrySet()) {
            StreamRow stream = one.getKey().stream;
            receipts.add(new Receipt(stream.origin, stream.epoch, stream.contig, one.getValue()[1],
                one.getValue()[2]));
        }
        for (Group.Rejected one : group.rejected) {
            if (one.claim != null) {
                Notice.Range range = one.claim.ranges.get(0);
                receipts.add(new Receipt(one.claim.origin, range.epoch.toString(),
                    stream(streams, one.claim.origin, range.epoch).contig, range.first, range.last));
            }
        }
        return receipts;
    }
}
