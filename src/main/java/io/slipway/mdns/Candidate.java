package io.slipway.mdns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What the records of one instance say. The event loop only. */
final class Candidate {
    private static final int MAX_TEXT = 512;
    private static final int MAX_ENTRIES = 32;
    private static final long LONGEST_TTL_S = 75 * 60;
    private static final long SECOND_MS = 1000;
    private static final long NEVER = Long.MAX_VALUE;

    /** A record for as long as it holds. */
    private static final class Held {
        final Record record;
        final long since;
        final long ms;
        /** When it is asked for again: at 80, 85, 90 and 95 % of its time (RFC 6762, 5.2). */
        int percent = 80;

        Held(Record record, long now) {
            this.record = record;
            this.since = now;
            // A record of time 0 is gone in a second: whoever else has it may say so until then.
            this.ms = record.ttlS == 0 ? SECOND_MS : Math.min(record.ttlS, LONGEST_TTL_S) * 1000;
        }

        boolean holds(long now) {
            return now - since < ms;
        }

        boolean isGone() {
            return record.ttlS == 0;
        }

        long nextAt() {
            return since + (isGone() || percent > 95 ? ms : ms / 100 * percent);
        }
    }

    final String name;
    /** What was said of it last; {@code null} for nothing, or that it is lost. */
    Instance told;
    private Held pointer;
    private Held service;
    private Held text;
    private List<Held> addresses = new ArrayList<>();
    /** When what is not there at all is asked for next. */
    private long lackAt;
    private long lackGapMs = SECOND_MS;

    Candidate(String name, long now) {
        this.name = name;
        // What comes with the pointer need not be asked for.
        this.lackAt = now + 100;
    }

    void takePointer(Record record, long now) {
        pointer = new Held(record, now);
    }

    /** Takes in SRV or TXT. */
    void take(Record record, long now) {
        if (record.type == Record.SRV) {
            if (!Names.isPlain(record.target)) {
                return;
            }
            if (service != null && !service.record.target.equalsIgnoreCase(record.target)) {
                addresses.clear();
            }
            service = new Held(record, now);
        } else if (record.data.length <= MAX_TEXT) {
            text = new Held(record, now);
        }
    }

    /** Takes in the addresses among them that are this host's. */
    void takeAddresses(List<Record> records, long now) {
        boolean flush = false;
        for (Record record : records) {
            if (isAddress(record)) {
                flush |= record.unique && record.ttlS > 0;
                put(record, now);
            }
        }
        if (!flush) {
            return;
        }
        // What came earlier and was not repeated is not true any more (RFC 6762, 10.2).
        Iterator<Held> old = addresses.iterator();
        while (old.hasNext()) {
            if (now - old.next().since > SECOND_MS) {
                old.remove();
            }
        }
    }

    private boolean isAddress(Record record) {
        return (record.type == Record.A || record.type == Record.AAAA) && service != null
            && record.name.equalsIgnoreCase(service.record.target);
    }

    private void put(Record record, long now) {
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i).record.isSame(record)) {
                addresses.set(i, new Held(record, now));
                return;
            }
        }
        if (addresses.size() < Browser.MAX_ADDRESSES && record.ttlS > 0) {
            addresses.add(new Held(record, now));
        }
    }

    /** What it is now; {@code null} while something lacks. What holds no longer is forgotten. */
    Instance instance(NetworkInterface link, long now) {
        service = service != null && service.holds(now) ? service : null;
        text = text != null && text.holds(now) ? text : null;
        List<InetAddress> here = new ArrayList<>();
        Iterator<Held> each = addresses.iterator();
        while (each.hasNext()) {
            Held held = each.next();
            if (held.holds(now)) {
                here.add(address(held.record.data, link));
            } else {
                each.remove();
            }
        }
        return isOver(now) || service == null || text == null || here.isEmpty() ? null
            : new Instance(name, service.record.port(), entries(text.record.data), here);
    }

    private static InetAddress address(byte[] bytes, NetworkInterface link) {
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            return link == null || !address.isLinkLocalAddress() || bytes.length == 4 ? address
                : Inet6Address.getByAddress(null, bytes, link);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> entries(byte[] text) {
        Map<String, String> entries = new HashMap<>();
        int i = 0;
        while (i < text.length && entries.size() < MAX_ENTRIES) {
            int end = Math.min(text.length, i + 1 + (text[i] & 0xff));
            String entry = new String(text, i + 1, Math.max(0, end - i - 1), StandardCharsets.UTF_8);
            int equals = entry.indexOf('=');
            String key = Names.lower(equals < 0 ? entry : entry.substring(0, equals));
            // Of two entries of one key the first counts (RFC 6763, 6.4).
            if (!key.isEmpty() && !entries.containsKey(key)) {
                entries.put(key, equals < 0 ? "" : entry.substring(equals + 1));
            }
            i = end;
        }
        return entries;
    }

    /** Whether nothing points here any more. */
    boolean isOver(long now) {
        return pointer == null || !pointer.holds(now);
    }

    /** Seconds that its pointer still holds, if that is more than half of its time; else 0. */
    long pointerLeftS(long now) {
        long left = pointer.ms - (now - pointer.since);
        return pointer.isGone() || left <= pointer.ms / 2 ? 0 : left / 1000;
    }

    /** Adds what is to be asked now. */
    void ask(Message questions, String type, Random random, long now) {
        if (isDue(pointer, now)) {
            questions.questions.add(new Question(type, Record.PTR, false));
        }
        boolean again = now >= lackAt;
        boolean lacks = service == null || text == null;
        if (isDue(service, now) | isDue(text, now) | lacks && again) {
            questions.questions.add(new Question(name, Record.ANY, false));
        }
        boolean addressed = false;
        boolean due = false;
        for (Held held : addresses) {
            addressed |= held.holds(now);
            due |= isDue(held, now);
        }
        if (service != null && (due || !addressed && again)) {
            questions.questions.add(new Question(service.record.target, Record.ANY, false));
        }
        if (again) {
            lackAt = lacks || !addressed ? now + lackGapMs + random.nextInt(20) : now + SECOND_MS;
            lackGapMs = lacks || !addressed ? Math.min(2 * lackGapMs, 60 * SECOND_MS) : SECOND_MS;
        }
    }

    /** Whether it is time to ask for it again; once for each time. */
    private static boolean isDue(Held held, long now) {
        if (held == null || held.isGone() || held.percent > 95 || now < held.nextAt()) {
            return false;
        }
        held.percent += 5;
        return true;
    }

    /** When something is to be asked or ends. */
    long nextAt() {
        long next = told == null ? lackAt : NEVER;
        next = pointer == null ? next : Math.min(next, pointer.nextAt());
        next = service == null ? next : Math.min(next, service.nextAt());
        next = text == null ? next : Math.min(next, text.nextAt());
        for (Held held : addresses) {
            next = Math.min(next, held.nextAt());
        }
        return next;
    }
}
