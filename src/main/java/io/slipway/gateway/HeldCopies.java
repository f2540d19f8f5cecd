package io.slipway.gateway;

import io.slipway.cloud.Copies;
import io.slipway.cloud.Copy;
import io.slipway.reading.Reading;
import io.slipway.replication.Deliveries;
import io.slipway.replication.Delivery;
import io.slipway.store.Run;
import io.slipway.store.StoreException;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/** What a replica holds, decoded for a cloud node's database. */
final class HeldCopies implements Copies {
    private final Deliveries deliveries;

    HeldCopies(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    @Override
    public List<Copy> behind(Map<String, Long> stored) throws IOException {
        try {
            List<Copy> copies = new ArrayList<>();
            for (Delivery delivery : deliveries.behind(stored)) {
                Block block = delivery.block;
                Copy copy = new Copy(Deliveries.name(block.key), block.number, block.key.origin, block.records,
                    new long[] {block.first, block.last}, readings(block));
                copies.add(delivery.gap == null ? copy : copy.behindGap(reason(delivery.gap), delivery.after));
            }
            return copies;
        } catch (StoreException notNow) {
            throw new IOException(notNow.getMessage(), notNow);
        }
    }

    /** {@code null} where they cannot be had: a newer program may write them in a way that is not known here. */
    private static List<Reading> readings(Block block) {
        try {
            return Run.of(block).readings();
        } catch (StoreException unreadable) {
            Logger.warn("{}: {}", block, unreadable.getMessage());
            return null;
        }
    }

    private static String reason(BlockGap gap) {
        switch (gap.reason) {
            case BlockGap.RETENTION:
                return "retention";
            case BlockGap.PRESSURE:
                return "pressure";
            case BlockGap.CORRUPT:
                return "corrupt";
            case BlockGap.BEFORE_JOIN:
                return "before_join";
            default:
                return "reason_" + gap.reason;
        }
    }
}
