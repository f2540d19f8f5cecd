package io.slipway.web;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * {@code /metrics}: every counter, gauge and state in the Prometheus text format 0.0.4. A counter {@code slip_frames}
 * is {@code slipway_slip_frames_total}; a gauge has the name of the status after {@code slipway_}, with its unit
 * written out.
 */
final class MetricsResource implements Resource {
    private static final String MS = "_ms";
    private static final int THOUSAND = 1000;
    private static final int DIGITS = 4;
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Health health;

    MetricsResource(Health health) {
        this.health = health;
    }

    @Override
    public void answer(Request request, Reply reply) {
        StringBuilder text = new StringBuilder(8192);
        for (Counter counter : Counter.values()) {
            head(text, counter.label() + "_total", counter.help(), "counter");
            text.append("slipway_").append(counter.label()).append("_total ").append(health.value(counter))
                .append('\n');
        }
        Set<String> named = new HashSet<>();
        for (Map.Entry<String, Long> gauge : health.gauges().entrySet()) {
            String name = name(gauge.getKey());
            if (!named.add(name)) {
                continue;
            }
            head(text, name, "The figure " + gauge.getKey() + " of the status.", "gauge");
            text.append("slipway_").append(name).append(' ');
            number(text, gauge.getValue(), gauge.getKey().endsWith(MS));
        }
        head(text, "state", "1 for the word that each part last said of itself.", "gauge");
        for (Map.Entry<String, String> state : health.states().entrySet()) {
            text.append("slipway_state{part=\"").append(escaped(state.getKey())).append("\",state=\"")
                .append(escaped(word(state.getValue()))).append("\"} 1\n");
        }
        head(text, "errors", "Distinct errors that are remembered.", "gauge");
        text.append("slipway_errors ").append(health.errorCount()).append('\n');
        reply.send(Answer.ok(TYPE, text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP slipway_").append(name).append(' ').append(help).append("\n# TYPE slipway_").append(name)
            .append(' ').append(type).append('\n');
    }

    /** Prometheus has seconds, and milliseconds as their fraction. */
    private static void number(StringBuilder text, long value, boolean isMs) {
        if (isMs && value >= 0) {
            text.append(value / THOUSAND).append('.').append(String.valueOf(THOUSAND + value % THOUSAND), 1, DIGITS);
        } else {
            text.append(value);
        }
        text.append('\n');
    }

    /**
     * Units are written out, as Prometheus wants them. Names of sections are part of some gauges' names, and may have
     * letters that no metric has.
     */
    private static String name(String gauge) {
        String whole = gauge.endsWith(MS) ? gauge.substring(0, gauge.length() - MS.length()) + "_s" : gauge;
        whole = whole.endsWith("_s") ? whole.substring(0, whole.length() - 1) + "seconds" : whole;
        StringBuilder name = new StringBuilder(whole.replace("_s_", "_seconds_"));
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
                name.setCharAt(i, '_');
            }
        }
        return name.toString();
    }

    /** Without the reason behind a colon: each would be a series of its own. */
    private static String word(String state) {
        int colon = state.indexOf(':');
        return colon < 0 ? state : state.substring(0, colon);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
