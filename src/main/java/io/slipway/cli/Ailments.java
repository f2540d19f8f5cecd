package io.slipway.cli;

import io.slipway.health.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What of a gateway's status is not as it should be, in plain words. Immutable. */
final class Ailments {
    /** Readings or messages that somebody does not get. */
    private static final Counter[] LOSSES = {Counter.STORE_LOST, Counter.STORE_QUEUE_DROPPED, Counter.STORE_REFUSED,
        Counter.STORE_DAMAGED, Counter.STORE_EXPIRED_UNSENT, Counter.UPSTREAM_READINGS_SET_ASIDE,
        Counter.BROKER_QUEUE_DROPPED, Counter.DOWNLINK_FAILED};
    private static final List<String> MESH_IS_WELL =
        Arrays.asList("running", "prefix given", "the mote answers again", "the mote is heard");
    private static final long RECENT_MS = 3_600_000;

    private final List<String> all = new ArrayList<>();
    private final List<String> earlier = new ArrayList<>();

    Ailments(JsonView status) {
        JsonView states = status.object("states");
        JsonView gauges = status.object("gauges");
        for (String part : states.names()) {
            String state = states.text(part);
            if (!isWell(part, state, gauges.has(part + "_nodes"))) {
                all.add(part + ": " + state);
            }
            String backlog = "backlog_" + part.substring(part.indexOf(' ') + 1);
            if (part.startsWith("upstream ") && !state.startsWith("connected") && gauges.number(backlog) > 0) {
                all.add(gauges.number(backlog) + " readings wait for " + part);
            }
        }
        for (JsonView peer : status.list("peers")) {
            if (peer.text("state").equals("down")) {
                all.add("peer " + peer.text("name") + " is down, for "
                    + Age.of((status.number("now") - peer.number("since_ms")) / 1000));
            }
        }
        for (Counter loss : LOSSES) {
            long count = status.object("counters").number(loss.label());
            if (count > 0) {
                all.add(count + " since the start: " + loss.help());
            }
        }
        for (JsonView error : status.list("errors")) {
            long now = status.number("now");
            (now - error.number("last") < RECENT_MS ? all : earlier).add(error.text("error") + " ("
                + (error.number("count") == 1 ? "once, " : error.number("count") + " times, last ")
                + Age.since(error.number("last"), now) + ")");
        }
    }

    /** Parts of which nothing is known here are taken to be well: their errors say when they are not. */
    private static boolean isWell(String part, String state, boolean isMesh) {
        if (part.startsWith("link ")) {
            return state.equals("open") || state.equals("ended");
        }
        if (part.startsWith("upstream ")) {
            return state.startsWith("connected");
        }
        if (part.equals("store") || part.equals("replica")) {
            return state.equals(part.equals("store") ? "open" : "whole");
        }
        return part.equals("salvage") ? state.equals("done") : !isMesh || MESH_IS_WELL.contains(state);
    }

    /** A line for each; empty where all is well. Read only. */
    List<String> all() {
        return Collections.unmodifiableList(all);
    }

    /** Errors that have not come again for an hour. Read only. */
    List<String> earlier() {
        return Collections.unmodifiableList(earlier);
    }
}
