package io.slipway.gateway;

import io.slipway.reading.Topics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Commands that other processes of this machine have given, and what was said of each so far; of the last
 * {@value #MOST}. Any thread; never waits.
 */
final class AskedCommands {
    /** Who takes commands. */
    interface Taker {
        /** As if it had been published to the topic. */
        void command(String topic, byte[] payload);
    }

    private static final int MOST = 32;
    private static final int MOST_CHARS = 16 << 10;

    private final Topics topics;
    private final Taker taker;
    /** By topic, the latest last. */
    private final Map<String, StringBuilder> said = new LinkedHashMap<>();

    AskedCommands(Topics topics, Taker taker) {
        this.topics = topics;
        this.taker = taker;
    }

    /**
     * Gives a command.
     *
     * @param what the topic behind the gateway's root: {@code NODE/down/udp/PORT}
     * @return false where that is no topic of commands
     */
    boolean give(String what, byte[] payload) {
        String topic = topics.root() + what;
        if (!topics.isDown(topic)) {
            return false;
        }
        synchronized (said) {
            said.remove(topic);
            if (said.size() >= MOST) {
                said.remove(said.keySet().iterator().next());
            }
            said.put(topic, new StringBuilder());
        }
        taker.command(topic, payload);
        return true;
    }

    /** Hears what is said of any command. */
    void reported(String topic, byte[] report) {
        int end = topic.lastIndexOf('/');
        synchronized (said) {
            StringBuilder lines = said.isEmpty() || end < 0 ? null : said.get(topic.substring(0, end));
            if (lines != null && lines.length() + report.length < MOST_CHARS) {
                lines.append(new String(report, StandardCharsets.UTF_8)).append('\n');
            }
        }
    }

    /** A JSON object a line for each report so far; {@code null} for a command that is not known (any more). */
    String reports(String what) {
        synchronized (said) {
            StringBuilder lines = said.get(topics.root() + what);
            return lines == null ? null : lines.toString();
        }
    }
}
