package io.slipway.command;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Commands that their publishers named, by node and name: those under way, and the last ones that have ended. A name
 * that comes again within that memory is the same command, so that what MQTT delivers twice is done once. The commands'
 * thread only.
 */
final class Past {
    private static final int ENDED = 256;

    private final Map<String, Command> named = new HashMap<>();
    private final ArrayDeque<Command> ended = new ArrayDeque<>();

    /** The command of that name; {@code null} where it is not known. */
    Command find(String key) {
        return named.get(key);
    }

    void add(Command command) {
        if (command.isNamed()) {
            named.put(command.key(), command);
        }
    }

    /** A named command has ended; returns the one that is forgotten for it, or {@code null}. */
    Command ended(Command command) {
        ended.add(command);
        if (ended.size() <= ENDED) {
            return null;
        }
        Command oldest = ended.poll();
        named.remove(oldest.key(), oldest);
        return oldest;
    }

    Iterable<Command> allEnded() {
        return ended;
    }
}
