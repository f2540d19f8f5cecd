package io.slipway.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * The sending side of a link: what the neighbour asked for goes out in turns, one block of each stream, as far as its
 * credit lets it. Without WANT there is nothing.
 */
final class Outlet {
    private final Core core;
    private final int link;
    private final List<Subscription> wanted = new ArrayList<>();
    /** What is on its way and not acknowledged: at most {@link Rules#CREDIT_BLOCKS}. */
    private final Subscription[] sent = new Subscription[Rules.CREDIT_BLOCKS];
    private final long[] sentNumber = new long[Rules.CREDIT_BLOCKS];
    private final int[] sentBytes = new int[Rules.CREDIT_BLOCKS];
    private final long[] sentAt = new long[Rules.CREDIT_BLOCKS];
    private int onTheWay;
    private int bytesOnTheWay;
    private long credit = Rules.CREDIT_BYTES;
    private int turn;
    private Peer peer;

    Outlet(Core core, int link) {
        this.core = core;
        this.link = link;
    }

    void of(Peer peer) {
        this.peer = peer;
    }

    void credit(long bytes) {
        credit = Math.min(bytes, Rules.CREDIT_BYTES);
    }

    void clear() {
        wanted.clear();
        onTheWay = 0;
        bytesOnTheWay = 0;
    }

    /** @return {@code false} if there are too many already */
    boolean want(StreamKey key, long have, long from) {
        Subscription one = find(key);
        if (one == null) {
            if (wanted.size() >= Rules.MAX_WANTS) {
                return false;
            }
            one = new Subscription(key);
            wanted.add(one);
        }
        arrived(key, Long.MAX_VALUE);
        one.cursor = have;
        // Only what a joining node passes over; a node that goes back later must not be taken for one.
        one.from = from > have + 1 ? from : 0;
        return true;
    }

    void stop(StreamKey key) {
        arrived(key, Long.MAX_VALUE);
        wanted.remove(find(key));
    }

    /** The neighbour dropped what came behind {@code number - 1}: it goes out again from there. */
    void rewind(StreamKey key, long number) {
        Subscription one = find(key);
        if (one != null && one.cursor >= number) {
            arrived(key, Long.MAX_VALUE);
            one.cursor = number - 1;
        }
    }

    /** All up to {@code contig} is with the neighbour. */
    void arrived(StreamKey key, long contig) {
        int kept = 0;
        for (int i = 0; i < onTheWay; i++) {
            if (sent[i].key.equals(key) && sentNumber[i] <= contig) {
                bytesOnTheWay -= sentBytes[i];
            } else {
                sent[kept] = sent[i];
                sentNumber[kept] = sentNumber[i];
                sentAt[kept] = sentAt[i];
                sentBytes[kept++] = sentBytes[i];
            }
        }
        for (int i = kept; i < onTheWay; i++) {
            sent[i] = null;
        }
        onTheWay = kept;
    }

    /**
     * A neighbour that wants a stream acknowledges it, or asks again where its line is bad. Who does neither takes it
     * from somebody else, and the word that this one may stop was lost: it must not keep the window from the others.
     */
    private void forgetUnclaimed() {
        while (onTheWay > 0 && core.now - sentAt[0] > Rules.UNCLAIMED_MS) {
            Subscription one = sent[0];
            arrived(one.key, Long.MAX_VALUE);
            wanted.remove(one);
        }
    }

    /** Sends what there is and may be sent. */
    void pump() {
        forgetUnclaimed();
        int idle = 0;
        while (idle < wanted.size() && onTheWay < Rules.CREDIT_BLOCKS
            && (bytesOnTheWay == 0 || bytesOnTheWay < credit)) {
            turn = turn + 1 < wanted.size() ? turn + 1 : 0;
            Subscription one = wanted.get(turn);
            Stream stream = core.streams.get(one.key);
            if (stream == null || one.cursor >= stream.contig) {
                idle++;
            } else if (sendNext(one, stream)) {
                idle = 0;
            } else {
                return;
            }
        }
    }

    private boolean sendNext(Subscription one, Stream stream) {
        long next = one.cursor + 1;
        BlockGap gap = null;
        if (one.from > next) {
            long to = Math.min(one.from - 1, stream.contig);
            BlockGap cut = core.store.gap(one.key, to);
            Block end = cut != null ? null : core.store.read(one.key, to);
            gap = cut != null ? new BlockGap(one.key, next, cut.to, BlockGap.BEFORE_JOIN, cut.total, cut.hash)
                : new BlockGap(one.key, next, to, BlockGap.BEFORE_JOIN, core.store.total(one.key, to),
                    end == null ? null : end.hash);
        } else {
            BlockGap held = core.store.gap(one.key, next);
            if (held != null) {
                gap = new BlockGap(one.key, next, held.to, held.reason, held.total, held.hash);
            }
        }
        FrameOut out;
        long last = next;
        if (gap == null) {
            Block block = core.store.read(one.key, next);
            if (block == null) {
                // It cannot be read, now or at all; the neighbour asks again, here or elsewhere.
                core.doubt(stream, next);
                wanted.remove(one);
                return true;
            }
            out = new FrameOut(FrameType.BLOCK, 0, peer.mine, peer.theirs, block.payload.length + 128);
            Frames.write(out, block);
        } else {
            last = gap.to;
            out = new FrameOut(FrameType.GAPDECL, 0, peer.mine, peer.theirs, 128);
            Frames.write(out, gap);
        }
        int length = out.length();
        if (!core.carrier.send(link, out.toBytes())) {
            return false;
        }
        sent[onTheWay] = one;
        sentNumber[onTheWay] = last;
        sentAt[onTheWay] = core.now;
        sentBytes[onTheWay++] = length;
        bytesOnTheWay += length;
        one.cursor = last;
        return true;
    }

    private Subscription find(StreamKey key) {
        for (Subscription one : wanted) {
            if (one.key.equals(key)) {
                return one;
            }
        }
        return null;
    }
}
