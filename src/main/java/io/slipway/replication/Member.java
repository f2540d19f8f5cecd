package io.slipway.replication;

/** Another gateway of the cluster. The replication's thread; others read what is volatile. */
final class Member {
    private static final double SUSPECT = 8;
    private static final double DEAD = 12;

    final String id;
    final boolean isConfigured;
    /** The number of its way for the core; another one for each way. 0 while there is none. */
    int link;
    /** {@code null} while there is none. */
    volatile Way way;
    volatile PeerState state = PeerState.DOWN;
    /** When the state began: ms since 1970 by this gateway's clock. */
    volatile long since;
    /** What this gateway wrote and it does not say to have. */
    volatile long lagBlocks;
    volatile long lagRecords;
    /** When something was sent to it last, by the thread's clock. */
    long sentAt;
    /** Whether it was heard over the present way, or that itself shows that it lives. */
    private boolean heard;
    private PhiDetector detector = new PhiDetector(1000);
    private long detectedBeatMs = 1000;

    Member(String id, boolean isConfigured, long wallMs) {
        this.id = id;
        this.isConfigured = isConfigured;
        this.since = wallMs;
    }

    /** It has a way now. */
    void opened(int newLink, Way newWay, long nowMs) {
        link = newLink;
        way = newWay;
        if (newWay.beatMs() != detectedBeatMs) {
            detectedBeatMs = newWay.beatMs();
            detector = new PhiDetector(detectedBeatMs);
        }
        detector.restart(nowMs);
        heard = newWay.isProof();
    }

    /** Something came from it. */
    void heard(long nowMs) {
        detector.heard(nowMs);
        heard = true;
    }

    /** What the silence says. A sign of life counts only where it came over a way that is open. */
    PeerState judged(long nowMs) {
        if (!heard || way == null && state == PeerState.DOWN) {
            return PeerState.DOWN;
        }
        double phi = detector.phi(nowMs);
        // Never at once: after a pause of this process, what waits to be read is a second's matter.
        return phi >= DEAD && state != PeerState.UP ? PeerState.DOWN : phi >= SUSPECT ? PeerState.SUSPECT
            : way == null ? PeerState.SUSPECT : PeerState.UP;
    }
}
