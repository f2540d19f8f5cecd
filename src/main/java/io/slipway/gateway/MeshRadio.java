package io.slipway.gateway;

import io.slipway.command.Command;
import io.slipway.command.CommandTopic;
import io.slipway.command.Progress;
import io.slipway.command.Radio;
import io.slipway.config.MeshConfig;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.Refusal;
import io.slipway.reading.Eui64;

/** Takes commands to one mesh: datagrams to it, CoAP requests to its CoAP. */
final class MeshRadio implements Radio {
    private final MeshConfig config;
    private final Mesh mesh;
    private final CoapService coap;

    MeshRadio(MeshConfig config, Mesh mesh, CoapService coap) {
        this.config = config;
        this.mesh = mesh;
        this.coap = coap;
    }

    @Override
    public boolean knows(Eui64 node) {
        return mesh.knows(node);
    }

    @Override
    public long silenceNs(Eui64 node) {
        return mesh.silenceNs(node);
    }

    @Override
    public boolean isUp() {
        return mesh.isUp();
    }

    @Override
    public boolean forget(Eui64 node) {
        return mesh.forget(node);
    }

    @Override
    public String objection(Command command) {
        if (command.topic.kind == CommandTopic.Kind.COAP) {
            return CoapCommands.objection(command);
        }
        return command.payload.length > config.downlinkBytes ? "longer than " + config.downlinkBytes + " bytes" : null;
    }

    @Override
    public void send(Command command, final Progress progress) {
        if (command.topic.kind == CommandTopic.Kind.COAP) {
            CoapCommands.send(coap, command, progress);
            return;
        }
        boolean known = mesh.send(command.topic.node, command.topic.port, command.payload, new CommandListener() {
            @Override
            public void became(State state, Refusal refusal) {
                if (state == State.SENT) {
                    progress.sent();
                } else if (state == State.REFUSED) {
                    refused(progress, refusal);
                }
            }
        });
        if (!known) {
            // It was forgotten a moment ago; heard again, it is known again.
            progress.later();
        }
    }

    /** What the line does not take now it may take later; what the node or the mesh refuses it refuses. */
    static void refused(Progress progress, Refusal refusal) {
        if (refusal.kind.equals(Refusal.LINK_DOWN) || refusal.kind.equals(Refusal.LINE_FULL)
            || refusal.kind.equals(Refusal.STOPPING)) {
            progress.later();
        } else {
            progress.refused(refusal.kind, refusal.reason);
        }
    }
}
