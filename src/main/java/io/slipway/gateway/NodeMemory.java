package io.slipway.gateway;

import io.slipway.ingest.Clock;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.NodeRecord;
import io.slipway.reading.Eui64;
import io.slipway.store.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Joins the nodes of all meshes to the store's table of nodes, which keeps them over a restart. Any thread. */
final class NodeMemory implements Records.Owner {
    private final Records table;
    private final List<Mesh> meshes;
    private final Clock clock;

    NodeMemory(Records table, List<Mesh> meshes, Clock clock) {
        this.table = table;
        this.meshes = meshes;
        this.clock = clock;
    }

    @Override
    public void found(Map<Long, byte[]> records) {
        List<NodeRecord> nodes = new ArrayList<>(records.size());
        for (Map.Entry<Long, byte[]> record : records.entrySet()) {
            Eui64 node = Eui64.of(record.getKey());
            if (!isKnown(node)) {
                nodes.add(new NodeRecord(node, record.getValue()));
            }
        }
        long now = clock.wall();
        for (Mesh mesh : meshes) {
            mesh.restore(nodes, clock.isTrusted(now) ? now : 0);
        }
    }

    /** Where the disk came late, a node may have been heard already, and in another mesh than before. */
    private boolean isKnown(Eui64 node) {
        for (Mesh mesh : meshes) {
            if (mesh.knows(node)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void lost() {
        for (Mesh mesh : meshes) {
            mesh.saveAll();
        }
    }

    void keep(List<NodeRecord> changed) {
        for (NodeRecord record : changed) {
            table.put(record.node.bits(), record.body);
        }
    }

    void forget(Eui64 node) {
        table.remove(node.bits());
    }
}
