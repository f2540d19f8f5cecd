package io.slipway.gateway;

import io.slipway.health.StatusPort;
import io.slipway.replication.Replication;
import io.slipway.store.Store;
import java.util.HashMap;
import java.util.Map;

/**
 * What other processes of this machine may ask the gateway: a word, and what the class behind it takes after a space.
 * The table is {@link #made}. A class loads with the first question of its word, so a new one costs a gateway that
 * nobody asks nothing. The status port's thread.
 */
final class Questions implements StatusPort.Answers {
    private final StatusReport report;
    private final Store store;
    private final LiveTail tail;
    private final AskedCommands commands;
    private final Reload reload;
    private final Replication replication;
    private final Map<String, Question> asked = new HashMap<>();

    /** @param replication {@code null} where there is no cluster */
    Questions(StatusReport report, Store store, LiveTail tail, AskedCommands commands, Reload reload,
              Replication replication) {
        this.report = report;
        this.store = store;
        this.tail = tail;
        this.commands = commands;
        this.reload = reload;
        this.replication = replication;
    }

    @Override
    public byte[] answer(String line) {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        Question question = asked.get(word);
        if (question == null) {
            question = made(word);
            if (question == null) {
                return null;
            }
            asked.put(word, question);
        }
        try {
            return question.answer(space < 0 ? "" : line.substring(space + 1));
        } catch (NumberFormatException notAQuestion) {
            return null;
        }
    }

    /** The table; {@code null} for a word that is not in it. */
    private Question made(String word) {
        switch (word) {
            case "json":
                return new StatusQuestion(report);
            case "extent":
                return new ExtentQuestion(store);
            case "slice":
                return new SliceQuestion(store);
            case "live":
                return new LiveQuestion(tail);
            case "send":
                return new SendQuestion(commands);
            case "sent":
                return new SentQuestion(commands);
            case "log":
                return new LogQuestion();
            case "reload":
                return new ReloadQuestion(reload);
            case "shared":
                return new SharedQuestion(replication);
            case "replica":
                return new ReplicaQuestion(replication);
            default:
                return null;
        }
    }
}
