package io.slipway.sync.scale;

import io.slipway.reading.Epoch;
import io.slipway.sync.Carrier;
import io.slipway.sync.Observer;
import io.slipway.sync.Replica;
import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import io.slipway.sync.sim.SimTable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A node without disk, thread or clock. */
final class Machine implements Observer {
    final int index;
    final BareStore store;
    final Replica replica;
    final Map<SyncEvent, Integer> counts = new EnumMap<>(SyncEvent.class);

    Machine(int index, BareStore store, Set<String> interest, Carrier carrier) {
        this.index = index;
        this.store = store;
        this.replica = new Replica(id(index), epoch(index), new Rules(Set.of(), Set.of(), 1, Rules.ALL, interest,
            index == 0 ? 1 << 17 : Rules.MAX_STREAMS),
            store, new SimTable(new SimTable.Content()), carrier, this, new Random(index));
    }

    static String id(int index) {
        return String.format("gw-%05d", index);
    }

    static Epoch epoch(int index) {
        return new Epoch(17, index * 0x9e3779b9 | 1);
    }

    static StreamKey readings(int index) {
        return new StreamKey(id(index), epoch(index), StreamKey.TELEMETRY);
    }

    @Override
    public void happened(SyncEvent event, String detail) {
        counts.merge(event, 1, Integer::sum);
    }
}
