package io.slipway.config;

import java.util.List;

/** {@code config ingest}: which messages of LAN clients are taken in as readings. Immutable. */
public final class IngestConfig {
    /** MQTT topic filters, {@code list filter 'sensors/#'}. None by default. */
    public final List<String> filters;

    IngestConfig(SectionReader in) {
        filters = in.list("filter");
        for (String filter : filters) {
            if (!isFilter(filter)) {
                in.wrong("filter", "MQTT topic filters such as 'sensors/+/temperature' or 'zigbee2mqtt/#'");
            }
        }
        in.finish();
    }

    /** MQTT 5 section 4.7.1: + and # stand alone in their level, # in the last. */
    private static boolean isFilter(String filter) {
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
            if (wild && (level.length() > 1 || level.equals("#") && i < levels.length - 1)) {
                return false;
            }
        }
        return !filter.isEmpty() && filter.indexOf('\0') < 0 && !filter.startsWith("slipway/");
    }
}
