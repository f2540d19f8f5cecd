package io.slipway.store;

import io.slipway.reading.Draft;
import io.slipway.reading.Reading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces old readings by {@link Summaries}. A summary is a new reading with an identity of its own, and identities
 * come from outside; so this goes in two steps. First the summaries are numbered and stand in the queue like any other
 * reading, in the order of their numbers. Then the transaction that commits them, all of them, also takes out what
 * they stand for: a power cut leaves either the readings or the summaries, never both and never neither.
 * The store's thread only.
 */
final class Thinning {
    private static final int MOST_BLOCKS = 8;
    private static final int MOST_PAYLOAD_BYTES = 128 << 10;
    private static final int NOTHING = -1;

    private final Blocks blocks;
    private final Headers headers;
    private final Priorities priorities;
    private final RunningTime time;
    private final Removal removal;
    private final long intervalMs;
    private final Position[] hints = new Position[Priorities.COUNT];
    private Numbering numbering;

    /** What is to be thinned next: its priority, and where it ends. */
    private int planned = NOTHING;
    private Position plannedUpTo;
    /** The blocks whose summaries are numbered and not committed, with the numbers of what stays of them. */
    private final List<Headers.Header> run = new ArrayList<>();
    private final Set<Long> kept = new HashSet<>();
    private long firstSummary;
    private long lastSummary;
    private boolean finished;

    Thinning(Blocks blocks, Headers headers, Priorities priorities, RunningTime time, Removal removal, int intervalS) {
        this.blocks = blocks;
        this.headers = headers;
        this.priorities = priorities;
        this.time = time;
        this.removal = removal;
        this.intervalMs = intervalS * 1000L;
        Arrays.fill(hints, Position.START);
    }

    void numberWith(Numbering newNumbering) {
        numbering = newNumbering;
    }

    /** Blocks came that are older than others. */
    void oldBlocksCame() {
        Arrays.fill(hints, Position.START);
    }

    /** Whether blocks must stay as they are until summaries of them are committed. */
    boolean isUnderWay() {
        return planned != NOTHING || !run.isEmpty();
    }

    /** Has readings of a priority that end before a position thinned as soon as may be; false where there are none. */
    boolean plan(int priority, Position upTo) throws SQLException {
        if (numbering == null || candidate(priority, upTo) == null) {
            return false;
        }
        planned = priority;
        plannedUpTo = upTo;
        return true;
    }

    /** The oldest block that can be thinned: not thinned yet, and not of the interval that still goes on. */
    private Headers.Header candidate(int priority, Position upTo) throws SQLException {
        Headers.Header block = headers.find(hints[priority], upTo, 1 << priority, true);
        return block != null && time.ageMs(block) >= intervalMs ? block : null;
    }

    /** Numbers the summaries of what was planned, if anything, into the queue. Outside of a transaction. */
    void begin(final Intake intake) throws SQLException {
        if (planned == NOTHING) {
            return;
        }
        int priority = planned;
        planned = NOTHING;
        Summaries summaries = new Summaries(intervalMs);
        List<Headers.Header> read = new ArrayList<>();
        Headers.Header block = candidate(priority, plannedUpTo);
        Position end = plannedUpTo;
        long recSid = block == null ? 0 : block.recSid;
        int payload = 0;
        while (block != null && block.recSid == recSid && !end.isBefore(block.recSid, block.last)
            && (block.bits & 1 << priority) != 0 && (block.bits & Priorities.THINNED) == 0
            && time.ageMs(block) >= intervalMs && read.size() < MOST_BLOCKS && payload < MOST_PAYLOAD_BYTES) {
            Blocks.Content content = blocks.read(block);
            if (content.damage != null) {
                break;
            }
            read.add(block);
            for (Reading reading : content.readings) {
                payload += reading.payload.length;
                add(summaries, reading, priority);
            }
            block = headers.after(block);
        }
        if (summaries.arePaying()) {
            number(summaries, intake);
            run.addAll(read);
        } else {
            // Damaged, or hardly worth it: these are deleted as they are when nothing else can be thinned.
            hints[priority] = !read.isEmpty() ? read.get(read.size() - 1).end() : block == null ? end : block.end();
        }
    }

    private void add(Summaries summaries, Reading reading, int priority) {
        int worth = priorities.of(reading);
        if (worth > priority || reading.source.endsWith(Priorities.THIN_SUFFIX)) {
            summaries.keep(reading);
        } else if (worth == priority) {
            summaries.add(reading);
        }
    }

    private void number(Summaries summaries, final Intake intake) {
        List<Draft> drafts = summaries.drafts();
        kept.clear();
        kept.addAll(summaries.kept());
        firstSummary = 0;
        lastSummary = 0;
        numbering.number(drafts, new Numbering.Receiver() {
            @Override
            public void numbered(Reading reading) {
                firstSummary = firstSummary == 0 ? reading.seq : firstSummary;
                lastSummary = reading.seq;
                intake.add(reading);
            }
        });
    }

    /** How many readings must follow this number in the same transaction, so that no summary is without the others. */
    long missingAfter(long seq) {
        return !run.isEmpty() && seq >= firstSummary && seq < lastSummary ? lastSummary - seq : 0;
    }

    /** Whether a transaction whose last new reading has this number is the one with the summaries. */
    boolean isDue(long seq) {
        return !run.isEmpty() && seq >= lastSummary;
    }

    /** Takes out what the summaries stand for, within the open transaction that commits them. */
    void finish(Collection<StoredOutbox> outboxes, Removal.Stream stream) throws SQLException {
        List<Blocks.Content> contents = new ArrayList<>();
        finished = true;
        for (Headers.Header block : run) {
            Blocks.Content content = blocks.read(block);
            if (content.damage != null) {
                // It was whole a moment ago. What the others hold is there twice now, and that is better than not.
                return;
            }
            contents.add(content);
        }
        removal.sift(run, contents, new Removal.Sieve() {
            @Override
            public boolean keeps(Reading reading) {
                return kept.contains(reading.seq);
            }
        }, Priorities.THINNED, Retention.THIN, outboxes, stream);
    }

    /** That transaction failed. */
    void rolledBack() {
        finished = false;
    }

    /** The transaction is durable. */
    void committed() {
        if (finished) {
            finished = false;
            run.clear();
            kept.clear();
        }
    }
}
