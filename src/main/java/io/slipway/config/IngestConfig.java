package io.slipway.config;

import java.util.List;

/** {@code config ingest}: which messages of LAN clients are taken in as readings. Immutable. */
public final class IngestConfig {
    /** MQTT topic filters, {@code list filter 'sensors/#'}. None by default. */
    public final List<String> filters;

    IngestConfig(SectionReader in) {
        filters = in.list("filter");
        for (String filter : filters) {
            if (!isTopicFilter(filter) || filter.startsWith("slipway/")) {
                in.wrong("filter", "MQTT topic filters such as 'sensors/+/temperature' or 'zigbee2mqtt/#'");
            }
        }
        in.finish();
    }

    /** Whether it is a topic filter by MQTT 5 section 4.7.1: + and # stand alone in their level, # in the last. */
    public static boolean isTopicFilter(String filter) {
        for (int i = 0; i < filter.length(); i++) {
            char c = filter.charAt(i);
            boolean startsLevel = i == 0 || filter.charAt(i - 1) == '/';
            boolean last = i == filter.length() - 1;
            if ((c == '+' || c == '#') && !startsLevel || c == '#' && !last
                || c == '+' && !last && filter.charAt(i + 1) != '/') {
                return false;
            }
        }
        return !filter.isEmpty() && !filter.startsWith("$share/");
    }
}
