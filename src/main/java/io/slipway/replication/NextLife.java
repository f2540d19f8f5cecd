package io.slipway.replication;

import io.slipway.reading.Epoch;
import io.slipway.store.ReplicaFile;
import io.slipway.sync.StreamState;
import java.util.Random;

/** The lives of a member that has no store which counts them. */
final class NextLife {
    private NextLife() {
    }

    /** One behind all that the file has of the member. Where the file was lost, the nonce alone tells lives apart. */
    static Epoch of(String origin, ReplicaFile file, Random random) {
        int boot = 0;
        for (StreamState stream : file.blocks().streams()) {
            if (stream.key.origin.equals(origin)) {
                boot = Math.max(boot, stream.key.epoch.boot());
            }
        }
        return new Epoch(boot + 1, random.nextInt());
    }
}
