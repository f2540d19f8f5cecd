package io.slipway.gateway;

import io.slipway.mesh.MeshListener;
import io.slipway.mesh.NodeRecord;
import io.slipway.reading.Eui64;
import java.util.List;

/** Hears what nodes send, and lets all else go by. */
interface Uplinks extends MeshListener {
    @Override
    default void availability(Eui64 node, boolean online) {
    }

    @Override
    default void appeared(Eui64 node) {
    }

    @Override
    default void forgotten(Eui64 node) {
    }

    @Override
    default void heard(Eui64 node) {
    }

    @Override
    default void changed(List<NodeRecord> records) {
    }
}
