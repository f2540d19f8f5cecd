package io.slipway.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** What two configurations say differently, by their text: an option that is set to its default counts as set. */
final class SectionDifferences {
    /** Of {@code config broker}: what a reload takes in. */
    private static final List<String> RELOADED = Arrays.asList("certificate", "key_file", "client_ca_file",
        "client_certificate", "password_file", "acl_file", "allow_anonymous", "login_attempts", "max_connections",
        "max_connections_per_address", "message_bytes", "messages_per_s", "client_queue", "client_queue_bytes");

    private final List<UciSection> old;
    private final List<UciSection> fresh;

    SectionDifferences(List<UciSection> old, List<UciSection> fresh) {
        this.old = old;
        this.fresh = fresh;
    }

    /** Sections that came, went or moved, and options, each once. */
    List<String> needRestart() {
        List<String> found = new ArrayList<>();
        List<UciSection> unmatched = new ArrayList<>(old);
        for (UciSection section : fresh) {
            UciSection before = take(section, unmatched);
            compare(before == null ? new UciSection(section.type, section.name, 0) : before, section, found);
            if (before == null && !isBroker(section)) {
                found.add(section + " is new");
            }
        }
        for (UciSection gone : unmatched) {
            compare(gone, new UciSection(gone.type, gone.name, 0), found);
            if (!isBroker(gone)) {
                found.add(gone + " is gone");
            }
        }
        return found;
    }

    private static UciSection take(UciSection section, List<UciSection> from) {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).toString().equals(section.toString())) {
                return from.remove(i);
            }
        }
        return null;
    }

    private static boolean isBroker(UciSection section) {
        return section.type.equals("broker");
    }

    private static void compare(UciSection before, UciSection after, List<String> found) {
        TreeSet<String> options = new TreeSet<>(before.entries.keySet());
        options.addAll(after.entries.keySet());
        for (String option : options) {
            UciSection.Entry was = before.entries.get(option);
            UciSection.Entry is = after.entries.get(option);
            boolean same = was != null && is != null && was.values.equals(is.values);
            if (!same && !(isBroker(after) && RELOADED.contains(option))) {
                found.add(after + ", option '" + option + "'");
            }
        }
    }
}
