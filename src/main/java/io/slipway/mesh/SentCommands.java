package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;
import java.util.ArrayDeque;
import java.util.Iterator;

/** The commands written last: a mote may still send an error back for one of them. Any thread. */
final class SentCommands {
    /** Errors come within seconds; so many packets take two seconds at least at the default gap. */
    private static final int REMEMBERED = 64;

    /** The most recent first. */
    private final ArrayDeque<Transmission> commands = new ArrayDeque<>();

    synchronized void add(Transmission command) {
        if (commands.size() == REMEMBERED) {
            commands.removeLast();
        }
        commands.addFirst(command);
    }

    synchronized void remove(Transmission command) {
        commands.remove(command);
    }

    /** The command that this error is about, which is forgotten with it; {@code null} where it is about none. */
    synchronized Transmission take(Icmpv6Message error) {
        Iterator<Transmission> newestFirst = commands.iterator();
        while (newestFirst.hasNext()) {
            Transmission command = newestFirst.next();
            if (command.isCauseOf(error)) {
                newestFirst.remove();
                return command;
            }
        }
        return null;
    }
}
