package io.slipway.mesh.mqttsn;

/** Bytes that all clients of a gateway share for names, wills and waiting messages. One thread. */
final class Budget {
    private final int total;
    private int taken;

    Budget(int total) {
        this.total = total;
    }

    /** Takes so many, or none where there are not so many left. */
    boolean take(int bytes) {
        if (bytes > total - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    void give(int bytes) {
        taken -= bytes;
    }

    int taken() {
        return taken;
    }
}
