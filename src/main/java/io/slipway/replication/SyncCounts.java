package io.slipway.replication;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.sync.Observer;
import io.slipway.sync.SyncEvent;
import org.tinylog.Logger;

/** Counts what the rules of replication report, and has people see what is an alarm. The replication's thread only. */
final class SyncCounts implements Observer {
    private final Health health;
    private boolean lifeInDoubt;

    SyncCounts(Health health) {
        this.health = health;
    }

    /** Whether others hold more of this life than this node: asked once. */
    boolean takeLifeInDoubt() {
        boolean asked = lifeInDoubt;
        lifeInDoubt = false;
        return asked;
    }

    @Override
    public void happened(SyncEvent event, String detail) {
        Counter counter = counter(event);
        if (counter != null) {
            health.count(counter);
        }
        Logger.debug("replication: {} {}", event, detail);
        switch (event) {
            case UNREPAIRED:
                alarm("a damaged block is not to be had elsewhere yet: " + detail);
                break;
            case LOST:
                alarm("a damaged block is given up, as nobody has it: " + detail);
                break;
            case FORK:
                alarm("two different blocks have one name, " + detail);
                break;
            case CLONE:
                alarm("two gateways live under one id: " + detail);
                break;
            case RESTORED:
                alarm("others hold more of this gateway's past than its own replica, which was restored or lost: "
                    + "it is fetched from them");
                break;
            case LIFE_IN_DOUBT:
                alarm("others hold more of this very life than this gateway: it begins a new one");
                lifeInDoubt = true;
                break;
            case NO_COMMON_VERSION:
                health.error("replication: another gateway speaks no version that is known here");
                break;
            case STORE_REFUSED:
                health.error("replication: blocks are refused for now, the disk does not keep up");
                break;
            default:
                break;
        }
    }

    private void alarm(String what) {
        health.count(Counter.SYNC_ALARMS);
        health.error("replication: " + what);
    }

    /** {@code null} for what is not counted by itself. */
    private static Counter counter(SyncEvent event) {
        switch (event) {
            case BAD_FRAME:
                return Counter.SYNC_FRAMES_BAD;
            case STALE_FRAME:
                return Counter.SYNC_FRAMES_STALE;
            case DUPLICATE:
                return Counter.SYNC_DUPLICATES;
            case OUT_OF_ORDER:
            case BROKEN_CHAIN:
            case STORE_REFUSED:
                return Counter.SYNC_BLOCKS_REFUSED;
            case SOURCE_SWITCHED:
                return Counter.SYNC_SOURCES_SWITCHED;
            case GAP_TAKEN:
                return Counter.SYNC_GAPS_TAKEN;
            case SAME:
                return Counter.SYNC_COMPARED;
            case DIFFERENT:
                return Counter.SYNC_DIFFERENT;
            case DAMAGED:
                return Counter.SYNC_BLOCKS_DAMAGED;
            case REPAIRED:
                return Counter.SYNC_BLOCKS_REPAIRED;
            case UNREPAIRED:
                return Counter.SYNC_UNREPAIRED;
            case LOST:
                return Counter.SYNC_BLOCKS_LOST;
            case BAD_ENTRY:
                return Counter.SHARED_BAD;
            default:
                return null;
        }
    }
}
