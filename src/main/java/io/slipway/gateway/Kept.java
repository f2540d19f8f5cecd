package io.slipway.gateway;

import io.slipway.command.Commands;
import io.slipway.command.Ledger;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.NodeRecord;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.store.Records;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/** Joins nodes and commands to the store, which keeps them over a restart. Any thread. */
final class Kept implements Ledger {
    private final Store store;

    Kept(Store store) {
        this.store = store;
    }

    /** Gives the meshes and the commands what an earlier life left, if the database is open; else when it opens. */
    void restore(final List<Mesh> meshes, final Commands commands, final TrustedClock clock) throws StoreException {
        store.own(store.nodes(), new Records.Owner() {
            @Override
            public void found(Map<Long, byte[]> records) {
                List<NodeRecord> nodes = new ArrayList<>(records.size());
                for (Map.Entry<Long, byte[]> record : records.entrySet()) {
                    nodes.add(new NodeRecord(Eui64.of(record.getKey()), record.getValue()));
                }
                for (Mesh mesh : meshes) {
                    mesh.restore(nodes, clock.isTrusted() ? clock.wall() : 0);
                }
            }

            @Override
            public void lost() {
                for (Mesh mesh : meshes) {
                    mesh.saveAll();
                }
            }
        });
        store.own(store.commands(), new Records.Owner() {
            @Override
            public void found(Map<Long, byte[]> records) {
                commands.found(records);
            }

            @Override
            public void lost() {
                commands.lost();
            }
        });
    }

    void nodes(List<NodeRecord> changed) {
        for (NodeRecord record : changed) {
            store.nodes().put(record.node.bits(), record.body);
        }
    }

    void forget(Eui64 node) {
        store.nodes().remove(node.bits());
    }

    @Override
    public void put(long number, byte[] body, final Receipt receipt) {
        store.commands().put(number, body, new Records.Receipt() {
            @Override
            public void kept(boolean durable) {
                receipt.kept(durable);
            }
        });
    }

    @Override
    public void put(long number, byte[] body) {
        store.commands().put(number, body);
    }

    @Override
    public void remove(long number) {
        store.commands().remove(number);
    }

    @Override
    public long ranMsSince(Epoch earlier, long mono) {
        try {
            return store.ranMsSince(earlier, mono);
        } catch (StoreException unknown) {
            Logger.debug("how long ago a command was accepted is not known: {}", unknown.getMessage());
            return 0;
        }
    }
}
