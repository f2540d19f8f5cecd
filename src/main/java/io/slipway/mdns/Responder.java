package io.slipway.mdns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Announces a service on one link and answers questions about it (RFC 6762, 6 to 11). It has no I/O and no clock: it
 * is given both, so it can be tried without either. One thread. Times are milliseconds of a clock that never jumps.
 */
final class Responder {
    /** What has addresses in it lives shortly (RFC 6762, 10). */
    private static final long HOST_TTL_S = 120;
    private static final long OTHER_TTL_S = 4500;
    private static final long LEGACY_TTL_S = 10;
    private static final String TYPES = "_services._dns-sd._udp.local.";
    private static final int PROBES = 3;
    private static final long PROBE_MS = 250;
    private static final long LOST_PROBE_MS = 1000;
    private static final int ANNOUNCEMENTS = 2;
    private static final long ANNOUNCEMENT_MS = 1000;
    private static final long SECOND_MS = 1000;
    private static final long NEVER = Long.MAX_VALUE;

    /** A record of ours, and when all were told of it last. */
    private static final class Own {
        final Record record;
        long sentAt = Long.MIN_VALUE / 2;

        Own(Record record) {
            this.record = record;
        }
    }

    private final Service service;
    private final Out out;
    private final Random random;
    private List<InetAddress> addresses;
    private int number;
    private List<Own> all = new ArrayList<>();
    private int probes;
    private long probeAt = NEVER;
    private int announcements;
    private long announceAt = NEVER;
    private final Set<Own> pending = new LinkedHashSet<>();
    private long pendingAt = NEVER;
    /** Who has said that more of what it knows follows. */
    private InetSocketAddress unfinished;

    Responder(Service service, Out out, Random random) {
        this.service = service;
        this.out = out;
        this.random = random;
    }

    /**
     * Begins anew under the n-th name: asks whether somebody has it, then announces it.
     *
     * @param delayMs before the first question
     */
    void start(int newNumber, List<InetAddress> newAddresses, long delayMs, long now) {
        number = newNumber;
        addresses = newAddresses;
        build();
        probe(now + delayMs + random.nextInt((int) PROBE_MS));
    }

    private void build() {
        String instance = service.instance(number);
        String host = service.host(number);
        all = new ArrayList<>();
        all.add(new Own(Record.ptr(service.type, OTHER_TTL_S, instance)));
        all.add(new Own(Record.ptr(TYPES, OTHER_TTL_S, service.type)));
        all.add(new Own(Record.srv(instance, HOST_TTL_S, service.port, host)));
        all.add(new Own(Record.txt(instance, OTHER_TTL_S, service.text)));
        for (InetAddress address : addresses) {
            all.add(new Own(Record.address(host, HOST_TTL_S, address)));
        }
    }

    private void probe(long at) {
        probes = 0;
        probeAt = at;
        announceAt = NEVER;
        pending.clear();
        pendingAt = NEVER;
    }

    /** Other addresses: they are announced, under the names that were found to be ours. */
    void moved(List<InetAddress> newAddresses, long now) {
        addresses = newAddresses;
        boolean isOurs = probeAt == NEVER;
        build();
        if (isOurs) {
            announcements = 0;
            announceAt = now;
        }
    }

    /** Whether the names are known to be ours alone. */
    boolean isEstablished() {
        return probeAt == NEVER;
    }

    /** Says that the service is gone. */
    void goodbye() {
        if (isEstablished()) {
            Message message = new Message(0, true, false);
            for (Own own : all) {
                if (!own.record.name.equals(TYPES)) {
                    message.answers.add(own.record.withTtl(0));
                }
            }
            out.send(message, null);
        }
    }

    /**
     * Takes in a message of another responder.
     *
     * @param isSelf whether this machine sent it: that is never a conflict
     * @return whether another has the name, so that one with another number is needed
     */
    boolean received(Message message, InetSocketAddress from, boolean isSelf, long now) {
        if (message.response) {
            boolean conflict = !isSelf && (conflicts(message.answers) || conflicts(message.additional));
            if (conflict && isEstablished()) {
                // Who asks for it anew gets it, or another one (RFC 6762, 9).
                probe(now + random.nextInt((int) PROBE_MS));
                return false;
            }
            return conflict;
        }
        if (isEstablished()) {
            asked(message, from, now);
        } else if (!isSelf && !message.authorities.isEmpty() && loses(message.authorities)) {
            probe(now + LOST_PROBE_MS);
        }
        return false;
    }

    /** Whether somebody says something else under a name of ours. */
    private boolean conflicts(List<Record> said) {
        for (Record record : said) {
            boolean about = false;
            boolean same = false;
            for (Own own : all) {
                boolean isAbout = own.record.unique && own.record.isAbout(record);
                about |= isAbout;
                same |= isAbout && own.record.isSame(record);
            }
            if (about && !same && record.ttlS > 0) {
                return true;
            }
        }
        return false;
    }

    private boolean loses(List<Record> theirs) {
        List<Record> ours = new ArrayList<>();
        for (Own own : all) {
            if (own.record.unique) {
                ours.add(own.record);
            }
        }
        return Tiebreak.loses(service.instance(number), ours, theirs)
            || Tiebreak.loses(service.host(number), ours, theirs);
    }

    private void asked(Message query, InetSocketAddress from, long now) {
        if (query.questions.isEmpty() && from.equals(unfinished)) {
            forgetKnown(query.answers);
            return;
        }
        boolean isLegacy = from.getPort() != Mdns.PORT;
        List<Own> alone = new ArrayList<>();
        boolean shared = false;
        for (Question question : query.questions) {
            for (Own own : all) {
                if (!own.record.answers(question) || isKnown(own.record, query.answers)) {
                    continue;
                }
                boolean isRecent = now - own.sentAt < own.record.ttlS * 1000 / 4;
                if (isLegacy || question.unicast && isRecent) {
                    alone.add(own);
                } else {
                    shared |= !own.record.unique;
                    pending.add(own);
                }
            }
        }
        if (!alone.isEmpty()) {
            out.send(answer(query, alone, isLegacy), from);
        }
        if (!pending.isEmpty()) {
            // Of many that answer, each waits as long as it likes (RFC 6762, 6).
            long wait = query.truncated ? 400 + random.nextInt(101) : shared ? 20 + random.nextInt(101) : 0;
            pendingAt = Math.min(pendingAt, now + wait);
            unfinished = query.truncated ? from : unfinished;
        }
    }

    private static boolean isKnown(Record record, List<Record> known) {
        for (Record one : known) {
            if (one.isSame(record) && one.ttlS >= record.ttlS / 2) {
                return true;
            }
        }
        return false;
    }

    private void forgetKnown(List<Record> known) {
        for (Own own : pending.toArray(new Own[0])) {
            if (isKnown(own.record, known)) {
                pending.remove(own);
            }
        }
    }

    private Message answer(Message query, List<Own> answers, boolean isLegacy) {
        Message message = new Message(isLegacy ? query.id : 0, true, false);
        if (isLegacy) {
            for (Question question : query.questions) {
                if (Names.isPlain(question.name) && message.questions.size() < 4) {
                    message.questions.add(question);
                }
            }
        }
        for (Own own : answers) {
            message.answers.add(isLegacy ? own.record.forLegacy(LEGACY_TTL_S) : own.record);
        }
        for (Own own : besides(answers)) {
            message.additional.add(isLegacy ? own.record.forLegacy(LEGACY_TTL_S) : own.record);
        }
        return message;
    }

    /** What who asks for these will ask for next (RFC 6763, 12). */
    private List<Own> besides(List<Own> answers) {
        boolean isService = false;
        boolean host = false;
        for (Own own : answers) {
            isService |= own.record.name.equals(service.type);
            host |= own.record.type == Record.SRV;
        }
        List<Own> besides = new ArrayList<>();
        for (Own own : all) {
            boolean isAddress = own.record.type == Record.A || own.record.type == Record.AAAA;
            if (own.record.unique && !answers.contains(own) && (isService || host && isAddress)) {
                besides.add(own);
            }
        }
        return besides;
    }

    /** Does what is due. @return when it wants to be called again at the latest */
    long run(long now) {
        if (now >= probeAt) {
            if (probes == PROBES) {
                probeAt = NEVER;
                announcements = 0;
                announceAt = now;
            } else {
                sendProbe();
                probes++;
                probeAt = now + PROBE_MS;
            }
        }
        if (now >= announceAt) {
            multicast(all, 0, now);
            announcements++;
            announceAt = announcements < ANNOUNCEMENTS ? now + ANNOUNCEMENT_MS : NEVER;
        }
        if (now >= pendingAt) {
            pendingAt = NEVER;
            unfinished = null;
            List<Own> due = new ArrayList<>(pending);
            pending.clear();
            multicast(due, SECOND_MS, now);
        }
        return Math.min(probeAt, Math.min(announceAt, pendingAt));
    }

    private void sendProbe() {
        Message message = new Message(0, false, false);
        // Not by unicast: with another responder on this machine, nobody knows who would get the answer.
        message.questions.add(new Question(service.instance(number), Record.ANY, false));
        message.questions.add(new Question(service.host(number), Record.ANY, false));
        for (Own own : all) {
            if (own.record.unique) {
                message.authorities.add(own.record);
            }
        }
        out.send(message, null);
    }

    /** Tells all of what they were not told of so lately (RFC 6762, 6: once a second). */
    private void multicast(List<Own> records, long gapMs, long now) {
        List<Own> due = new ArrayList<>();
        for (Own own : records) {
            if (now - own.sentAt >= gapMs) {
                due.add(own);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        Message message = new Message(0, true, false);
        for (Own own : due) {
            message.answers.add(own.record);
            own.sentAt = now;
        }
        for (Own own : besides(due)) {
            if (now - own.sentAt >= SECOND_MS) {
                message.additional.add(own.record);
                own.sentAt = now;
            }
        }
        out.send(message, null);
    }
}
