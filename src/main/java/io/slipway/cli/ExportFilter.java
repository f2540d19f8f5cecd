package io.slipway.cli;

import io.slipway.config.IngestConfig;
import io.slipway.reading.TopicFilter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.TimeRange;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Which readings are wanted. */
final class ExportFilter {
    private final TimeRange range;
    private final Eui64 node;
    private final TopicFilter source;
    private long untimed;

    /**
     * What the options --node, --source, --to and another say.
     *
     * @param from the name of the option for where time begins
     * @throws UsageException if a time, a node or a filter is none
     */
    ExportFilter(Options options, String from) throws UsageException {
        range = new TimeRange(time(options, from, Long.MIN_VALUE), time(options, "--to", Long.MAX_VALUE));
        String id = options.value("--node", null);
        node = id == null ? null : Eui64.parse(id);
        if (id != null && node == null) {
            throw new UsageException("--node is '" + id + "'; expected 16 hexadecimal digits");
        }
        String filter = options.value("--source", null);
        if (filter != null && !IngestConfig.isTopicFilter(filter)) {
            throw new UsageException("--source is '" + filter + "'; expected an MQTT topic filter such as udp/5678 or"
                + " mqtt/sensors/#");
        }
        source = filter == null ? null : new TopicFilter(filter);
    }

    private static long time(Options options, String name, long fallback) throws UsageException {
        String text = options.value(name, null);
        if (text == null) {
            return fallback;
        }
        try {
            OffsetDateTime time = text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC) : OffsetDateTime.parse(text);
            return time.toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException notATime) {
            throw new UsageException(name + " is '" + text + "'; expected a day, 2026-11-21, or a time such as"
                + " 2026-11-21T10:50:49Z");
        }
    }

    TimeRange range() {
        return range;
    }

    /** Whether readings of that node and source are wanted, whatever their time. */
    boolean takes(Eui64 of, String from) {
        return (node == null || node.equals(of)) && (source == null || source.matches(from));
    }

    boolean takes(Reading reading) {
        if (!takes(reading.node, reading.source)) {
            return false;
        }
        if (!range.isAll() && !reading.hasTime()) {
            untimed++;
        }
        return range.contains(reading);
    }

    /** How many were left out only because nobody knows when they were taken in. */
    long untimed() {
        return untimed;
    }
}
