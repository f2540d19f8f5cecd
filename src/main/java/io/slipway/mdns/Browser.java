package io.slipway.mdns;

import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Knows the instances of a service type on one link, for as long as their records say, and asks for what it lacks
 * (RFC 6762, 5.2 and 10). At most {@value #MAX_INSTANCES}. Without I/O and clock, as {@link Responder}.
 */
final class Browser {
    static final int MAX_INSTANCES = 256;
    static final int MAX_ADDRESSES = 8;
    private static final long FIRST_QUESTION_MS = 1000;
    private static final long LAST_QUESTION_MS = 3_600_000;

    /** Hears what there is to say, and is told of what found no room. */
    interface Observer extends Listener {
        /** A record found no room. */
        void dropped();
    }

    private final String type;
    private final NetworkInterface link;
    private final Out out;
    private final Random random;
    private final Observer observer;
    /** By their names in lower case. */
    private final Map<String, Candidate> candidates = new HashMap<>();
    private long questionAt;
    private long questionGapMs = FIRST_QUESTION_MS;

    /** @param link where link-local addresses are; {@code null} where it does not matter */
    Browser(String type, NetworkInterface link, Out out, Random random, Observer observer) {
        this.link = link;
        this.type = type;
        this.out = out;
        this.random = random;
        this.observer = observer;
    }

    /** Begins to ask, as if it had never asked. */
    void start(long now) {
        questionGapMs = FIRST_QUESTION_MS;
        // Not with all others that the same power cut has started (RFC 6762, 5.2).
        questionAt = now + 20 + random.nextInt(101);
    }

    /** Takes in an answer. */
    void received(Message message, InetSocketAddress from, long now) {
        if (!message.response || from.getPort() != Mdns.PORT) {
            return;
        }
        List<Record> records = new ArrayList<>(message.answers);
        records.addAll(message.additional);
        for (Record record : records) {
            if (record.type == Record.PTR && record.name.equalsIgnoreCase(type)) {
                named(record, now);
            }
        }
        for (Record record : records) {
            Candidate candidate = record.type == Record.SRV || record.type == Record.TXT
                ? candidates.get(Names.lower(record.name)) : null;
            if (candidate != null) {
                candidate.take(record, now);
            }
        }
        for (Candidate candidate : candidates.values()) {
            candidate.takeAddresses(records, now);
        }
        tell(now);
    }

    private void named(Record pointer, long now) {
        String name = Names.lower(pointer.target);
        Candidate candidate = candidates.get(name);
        if (candidate == null && pointer.ttlS > 0 && Names.isPlain(name)
            && name.endsWith("." + Names.lower(type))) {
            if (candidates.size() >= MAX_INSTANCES) {
                observer.dropped();
                return;
            }
            candidate = new Candidate(pointer.target, now);
            candidates.put(name, candidate);
        }
        if (candidate != null) {
            candidate.takePointer(pointer, now);
        }
    }

    private void tell(long now) {
        for (Candidate candidate : candidates.values().toArray(new Candidate[0])) {
            Instance instance = candidate.instance(link, now);
            if (instance == null && candidate.told != null) {
                candidate.told = null;
                observer.lost(candidate.name);
            } else if (instance != null && !instance.isSame(candidate.told)) {
                candidate.told = instance;
                observer.found(instance);
            }
            if (candidate.isOver(now)) {
                candidates.remove(Names.lower(candidate.name));
            }
        }
    }

    /** The link is gone: nothing is known any more. */
    void end() {
        for (Candidate candidate : candidates.values()) {
            if (candidate.told != null) {
                observer.lost(candidate.name);
            }
        }
        candidates.clear();
    }

    /** Does what is due. @return when it wants to be called again at the latest */
    long run(long now) {
        tell(now);
        if (now >= questionAt) {
            ask(now);
            questionAt = now + questionGapMs;
            questionGapMs = Math.min(2 * questionGapMs, LAST_QUESTION_MS);
        }
        Message questions = new Message(0, false, false);
        long next = questionAt;
        for (Candidate candidate : candidates.values()) {
            if (questions.questions.size() < 32) {
                candidate.ask(questions, type, random, now);
            }
            next = Math.min(next, candidate.nextAt());
        }
        if (!questions.questions.isEmpty()) {
            out.send(questions, null);
        }
        return Math.max(next, now + 1);
    }

    /** Asks for all, with what is known already, so that it need not be said again (RFC 6762, 7.1). */
    private void ask(long now) {
        Message message = new Message(0, false, false);
        message.questions.add(new Question(type, Record.PTR, false));
        for (Candidate candidate : candidates.values()) {
            long leftS = candidate.pointerLeftS(now);
            if (leftS > 0 && message.answers.size() < 16) {
                message.answers.add(Record.ptr(type, leftS, candidate.name));
            }
        }
        out.send(message, null);
    }
}
