package io.slipway.gateway;

import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.NodeView;
import io.slipway.mesh.ResourceLink;
import io.slipway.reading.Epoch;
import io.slipway.replication.Replication;
import java.util.List;
import java.util.Map;

/** How the gateway is, for {@code slipway status}. Any thread. */
final class StatusReport {
    private final String id;
    private final Epoch epoch;
    private final Health health;
    private final List<Mesh> meshes;
    /** {@code null} where nothing is decoded. */
    private final DecodedValues values;
    private final LastValues lasts;
    /** {@code null} where there is no cluster. */
    private final Replication replication;
    private final long startNs = System.nanoTime();

    StatusReport(String id, Epoch epoch, Health health, List<Mesh> meshes, DecodedValues values, LastValues lasts,
                 Replication replication) {
        this.id = id;
        this.epoch = epoch;
        this.health = health;
        this.meshes = meshes;
        this.values = values;
        this.lasts = lasts;
        this.replication = replication;
    }

    private long uptimeS() {
        return (System.nanoTime() - startNs) / 1_000_000_000L;
    }

    /** One JSON object. */
    String json() {
        JsonWriter json = new JsonWriter();
        json.object();
        writeTo(json);
        json.field("now", System.currentTimeMillis());
        memory(json);
        json.array("nodes");
        for (Mesh mesh : meshes) {
            for (NodeView node : mesh.nodes()) {
                json.object();
                writeTo(node, json);
                json.field("mesh", mesh.name());
                if (node.name != null) {
                    json.field("name", node.name);
                }
                lasts.writeTo(json, node.node);
                json.endObject();
            }
        }
        return json.endArray().endObject().toString();
    }

    /** All but the nodes, as members of the object that is open. */
    void writeTo(JsonWriter json) {
        json.field("id", id).field("version", Version.text()).field("epoch", epoch.toString())
            .field("uptime_s", uptimeS());
        health.writeTo(json);
        if (values != null) {
            values.decoders().writeTo(json);
        }
        if (replication != null) {
            replication.writeTo(json);
        }
    }

    /** A node, as members of the object that is open. */
    static void writeTo(NodeView node, JsonWriter json) {
        json.field("node", node.node.toString()).field("address", node.address)
            .field("first_seen", node.firstSeen).field("last_seen", node.lastSeen)
            .field("hops", node.hops).field("uplinks", node.uplinks).field("kind", node.kind)
            .field("online", node.online);
        if (!node.links.isEmpty()) {
            links(json, node.links);
        }
    }

    private static void memory(JsonWriter json) {
        Runtime process = Runtime.getRuntime();
        json.object("memory").field("heap_used_bytes", process.totalMemory() - process.freeMemory())
            .field("heap_max_bytes", process.maxMemory()).endObject();
    }

    private static void links(JsonWriter json, List<ResourceLink> links) {
        json.array("links");
        for (ResourceLink link : links) {
            json.object().field("href", link.target);
            for (Map.Entry<String, String> attribute : link.attributes.entrySet()) {
                if (!attribute.getKey().equals("href")) {
                    json.field(attribute.getKey(), attribute.getValue());
                }
            }
            json.endObject();
        }
        json.endArray();
    }
}
