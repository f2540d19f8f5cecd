package io.slipway.system;

import io.slipway.reading.Eui64;

/** A node that sends its readings one after the other, each until it is acknowledged. Guarded by the crowd. */
abstract class CrowdNode {
    private static final long FIRST_WAIT_NS = 2_000_000_000L;
    private static final long SPREAD_MS = 1_500;

    final Crowd crowd;
    final int index;
    final Eui64 node;
    /** Readings to send. */
    int limit;
    /** Readings that have arrived. */
    int done;
    /** The one that is under way. */
    Sent current;
    private long nextNs;
    private long waitNs = FIRST_WAIT_NS;
    private int lostInARow;
    private int toPass;

    CrowdNode(Crowd crowd, int index, Eui64 node, int limit) {
        this.crowd = crowd;
        this.index = index;
        this.node = node;
        this.limit = limit;
        this.nextNs = System.nanoTime() + (index * 7919L % SPREAD_MS) * 1_000_000;
    }

    /** Sends what is due; whether it has sent everything and knows that it arrived. */
    abstract boolean poll(long nowNs);

    /** A datagram from a port of the gateway, or a frame of the line. */
    abstract void received(int gatewayPort, byte[] payload);

    /** Whether what goes down to it may be lost, since it will come again. */
    boolean isLossy() {
        return true;
    }

    /** No exchange is to die of bad luck, nor the test of old age: two losses, and then a time without. */
    final boolean mayLose() {
        if (toPass > 0) {
            toPass--;
            return false;
        }
        if (++lostInARow == 2) {
            lostInARow = 0;
            toPass = 4;
        }
        return true;
    }

    /** Whether it is time to send, again or for the first time; the next time is later. */
    final boolean isDue(long nowNs) {
        if (nowNs < nextNs) {
            return false;
        }
        nextNs = nowNs + waitNs;
        waitNs += waitNs / 2;
        return true;
    }

    /** Something new is to be sent, after so many milliseconds. */
    final void next(int inMs) {
        nextNs = System.nanoTime() + inMs * 1_000_000L;
        waitNs = FIRST_WAIT_NS;
    }

    /** The reading under way has arrived. */
    final void arrived() {
        current.acknowledged = true;
        current = null;
        done++;
    }
}
