package io.slipway.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Stretches of the order of all readings, each from behind one position up to and with another; sorted, and joined
 * where they meet. The store's thread only.
 */
final class Stretches {
    /** Where each stretch begins, that is, the position before its first reading. */
    private final List<Position> starts = new ArrayList<>();
    private final List<Position> ends = new ArrayList<>();

    int size() {
        return starts.size();
    }

    Position start(int index) {
        return starts.get(index);
    }

    Position end(int index) {
        return ends.get(index);
    }

    /** Adds what lies behind {@code start}, up to and with {@code end}; nothing where that is nothing. */
    void add(Position start, Position end) {
        if (!start.isBefore(end)) {
            return;
        }
        int from = 0;
        while (from < size() && ends.get(from).isBefore(start)) {
            from++;
        }
        Position first = start;
        Position last = end;
        while (from < size() && !end.isBefore(starts.get(from))) {
            first = starts.get(from).isBefore(first) ? starts.get(from) : first;
            last = last.isBefore(ends.get(from)) ? ends.get(from) : last;
            starts.remove(from);
            ends.remove(from);
        }
        starts.add(from, first);
        ends.add(from, last);
    }

    /** Whether it can be added without another one coming to be. */
    boolean joins(Position start, Position end) {
        for (int i = 0; i < size(); i++) {
            if (!ends.get(i).isBefore(start) && !end.isBefore(starts.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether this reading is in one. */
    boolean holds(long sid, long seq) {
        for (int i = 0; i < size(); i++) {
            if (starts.get(i).isBefore(sid, seq)) {
                if (!ends.get(i).isBefore(sid, seq)) {
                    return true;
                }
            } else {
                return false;
            }
        }
        return false;
    }

    /** The end of the stretch that the reading behind this position is in; the same position where it is in none. */
    Position skip(Position from) {
        for (int i = 0; i < size(); i++) {
            if (!from.isBefore(starts.get(i)) && from.isBefore(ends.get(i))) {
                return ends.get(i);
            }
        }
        return from;
    }

    /** Where the next stretch begins that is not before this position; {@code null} where there is none. */
    Position nextStart(Position from) {
        for (int i = 0; i < size(); i++) {
            if (!starts.get(i).isBefore(from)) {
                return starts.get(i);
            }
        }
        return null;
    }

    /** What both have. */
    Stretches and(Stretches other) {
        Stretches both = new Stretches();
        int mine = 0;
        int others = 0;
        while (mine < size() && others < other.size()) {
            Position start = starts.get(mine);
            both.add(start.isBefore(other.start(others)) ? other.start(others) : start,
                Position.earlier(ends.get(mine), other.end(others)));
            if (ends.get(mine).isBefore(other.end(others))) {
                mine++;
            } else {
                others++;
            }
        }
        return both;
    }

    /** Forgets those that end at or before this position. */
    void forgetUpTo(Position position) {
        while (size() > 0 && !position.isBefore(ends.get(0))) {
            starts.remove(0);
            ends.remove(0);
        }
    }
}
