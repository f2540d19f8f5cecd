package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.MeshConfig;
import io.slipway.health.Counter;

/** What a gateway that runs says of itself. */
final class RunningCheck {
    private static final Counter[] SPOILT = {Counter.SLIP_BAD_ESCAPE, Counter.SLIP_ESCAPE_THEN_END,
        Counter.SLIP_OVERSIZE, Counter.FRAME_UNRECOGNISED, Counter.FRAME_BAD_IPV6};

    private RunningCheck() {
    }

    static void look(Config config, JsonView status, Findings findings) {
        for (String ailment : new Ailments(status).all()) {
            findings.bad("gateway", ailment, advice(ailment));
        }
        JsonView counters = status.object("counters");
        long spoilt = 0;
        for (Counter counter : SPOILT) {
            spoilt += counters.number(counter.label());
        }
        long good = counters.number(Counter.SLIP_FRAMES.label()) - counters.number(Counter.FRAME_UNRECOGNISED.label());
        if (counters.number(Counter.LINK_BYTES_READ.label()) > 0) {
            LineCheck.judge("line", good, spoilt, counters.number(Counter.LINK_BYTES_READ.label()), findings);
        }
        for (MeshConfig mesh : config.meshes) {
            String state = status.object("states").text("link " + mesh.name);
            if (state.equals("open")) {
                findings.good("link " + mesh.name, mesh.link + " is open");
            }
        }
    }

    private static String advice(String ailment) {
        if (ailment.startsWith("link ")) {
            return "is the mote plugged in, and is it the device that option link names? ls -l /dev/serial/by-id";
        }
        if (ailment.startsWith("upstream ")) {
            return "what follows about the upstream says how far it gets";
        }
        if (ailment.startsWith("store: ")) {
            return "what follows about the disk says why; the LAN is served meanwhile";
        }
        return ailment.contains("silent") || ailment.contains("waiting for the mote")
            ? "has the mote rpl-border-router firmware and power? slipway record shows what the line carries" : "";
    }
}
