package io.slipway.cli;

import io.slipway.health.Counter;
import java.util.List;

/** The status of a gateway for people: what is wrong first, then how each part is, then the figures. */
final class StatusText {
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final JsonView status;
    private final boolean coloured;
    private final StringBuilder text = new StringBuilder();

    private StatusText(JsonView status, boolean coloured) {
        this.status = status;
        this.coloured = coloured;
    }

    static String of(JsonView status, boolean coloured) {
        StatusText text = new StatusText(status, coloured);
        text.write();
        return text.text.toString();
    }

    private void write() {
        text.append(status.text("id")).append(": slipway ").append(status.text("version")).append(", epoch ")
            .append(status.text("epoch")).append(", up ").append(Age.of(status.number("uptime_s"))).append('\n');
        Ailments ailments = new Ailments(status);
        if (ailments.all().isEmpty()) {
            colour(GREEN, "all is well");
        }
        section("not well", RED, ailments.all());
        section("earlier", "", ailments.earlier());
        JsonView counters = status.object("counters");
        text.append("readings: ").append(counters.number(Counter.READINGS_ACCEPTED.label())).append(" accepted, ")
            .append(counters.number(Counter.STORE_COMMITTED.label())).append(" committed, ")
            .append(counters.number(Counter.UPSTREAM_READINGS_ACKED.label())).append(" acknowledged upstream\n");
        nodes();
        peers();
        memory();
        JsonView states = status.object("states");
        text.append("parts:\n");
        for (String part : states.names()) {
            text.append("  ").append(part).append(": ").append(states.text(part)).append('\n');
        }
        figures("figures", status.object("gauges"), false);
        figures("counted since the start", counters, true);
    }

    private void section(String title, String colour, List<String> lines) {
        if (!lines.isEmpty()) {
            colour(colour, title + ":");
            for (String line : lines) {
                text.append("  ").append(line).append('\n');
            }
        }
    }

    private void colour(String colour, String words) {
        text.append(coloured && !colour.isEmpty() ? colour + words + PLAIN : words).append('\n');
    }

    private void nodes() {
        int online = 0;
        List<JsonView> nodes = status.list("nodes");
        for (JsonView node : nodes) {
            online += node.is("online") ? 1 : 0;
        }
        text.append("nodes: ").append(nodes.size()).append(" known, ").append(online).append(" online\n");
    }

    private void peers() {
        List<JsonView> peers = status.list("peers");
        if (peers.isEmpty()) {
            return;
        }
        Table table = new Table("PEER", "STATE", "SINCE", "#BEHIND", "ADDRESS");
        for (JsonView peer : peers) {
            table.add(peer.text("name"), peer.text("state"), Age.since(peer.number("since_ms"), status.number("now")),
                peer.number("lag_records") + " readings", peer.text("address"));
        }
        text.append(table);
    }

    private void memory() {
        JsonView memory = status.object("memory");
        text.append("memory: ").append(memory.number("heap_used_bytes") >> 10).append(" of ")
            .append(memory.number("heap_max_bytes") >> 10).append(" kB of the heap are in use\n");
    }

    /** The names stand at the right, so that the figures are one below the other. */
    private void figures(String title, JsonView figures, boolean notZero) {
        int widest = 0;
        for (String name : figures.names()) {
            widest = !notZero || figures.number(name) != 0 ? Math.max(widest, name.length()) : widest;
        }
        if (widest == 0) {
            return;
        }
        text.append(title).append(":\n");
        for (String name : figures.names()) {
            if (!notZero || figures.number(name) != 0) {
                for (int i = name.length(); i < widest + 2; i++) {
                    text.append(' ');
                }
                text.append(name).append(' ').append(figures.number(name)).append('\n');
            }
        }
    }
}
