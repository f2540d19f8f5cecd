package io.slipway.mesh.coap;

import io.slipway.config.CoapConfig;
import io.slipway.config.LinkConfig;
import io.slipway.config.Lwm2mConfig;
import io.slipway.config.MeshConfig;
import java.util.List;

/** What the configuration says of CoAP in one mesh. Immutable. */
public final class CoapSettings {
    private static final int SMALLEST_BLOCK = 16;
    /** What a message needs beside its block: header, token, path and options. */
    private static final int HEAD = 64;

    /** Where our requests come from. */
    final int clientPort;
    /** The sections that are about this mesh. */
    final List<CoapConfig> sections;
    /** Requests that may wait for one node. */
    final int queue;
    /** The longest body of a request or response, in bytes. */
    final int bodyBytes;
    /** The longest payload in one message to a node, in bytes. */
    final int blockBytes;
    /** The longest message to a node, in bytes. */
    final int messageBytes;

    /** {@code null} where the gateway is no LwM2M server. */
    final Lwm2mConfig lwm2m;

    /** Of this mesh, with all sections that are about it. */
    public CoapSettings(MeshConfig mesh, List<CoapConfig> sections, Lwm2mConfig lwm2m) {
        this.clientPort = clientPort(mesh);
        this.lwm2m = lwm2m;
        this.sections = sections;
        this.queue = mesh.coapQueue;
        this.bodyBytes = mesh.coapBodyBytes;
        this.blockBytes = Math.min(mesh.coapBlockBytes, Math.max(SMALLEST_BLOCK, mesh.downlinkBytes - HEAD));
        this.messageBytes = mesh.downlinkBytes;
    }

    /** A socket serves for both, requests and what is sent to us. */
    private static int clientPort(MeshConfig mesh) {
        return mesh.link != null && mesh.link.kind == LinkConfig.Kind.UDP ? mesh.coapPort : Coap.CLIENT_PORT;
    }
}
