package io.slipway.cloud;

import java.util.ArrayList;
import java.util.List;

/** Messages that are taken into the database in one transaction, read. Used by one thread. */
final class Group {
    /** A message that could not be used, and why. */
    static final class Rejected {
        final Message message;
        final String reason;
        /** What it said that it held, where that is plausible; else {@code null}. */
        final Notice claim;

        Rejected(Message message, String reason) {
            this.message = message;
            this.reason = reason;
            this.claim = Notice.claim(message);
        }
    }

    final List<Message> messages = new ArrayList<>();
    final List<Pack> packs = new ArrayList<>();
    final List<Notice> gaps = new ArrayList<>();
    /** What copies lack; the gateway may have it. */
    final List<Notice> lost = new ArrayList<>();
    final List<Notice> states = new ArrayList<>();
    final List<Notice> extents = new ArrayList<>();
    final List<Rejected> rejected = new ArrayList<>();
    private int readings;

    void add(Message message) {
        messages.add(message);
        try {
            switch (message.kind()) {
                case "batch":
                    Pack pack = PackReader.read(message);
                    packs.add(pack);
                    readings += pack.readings.size();
                    break;
                case "gap":
                    gaps.add(Notice.gap(message));
                    break;
                case "extent":
                    extents.add(Notice.extent(message));
                    break;
                default:
                    states.add(Notice.state(message));
                    break;
            }
        } catch (BadMessage bad) {
            rejected.add(new Rejected(message, bad.getMessage()));
        }
    }

    void add(Copy copy) {
        if (copy.pack != null) {
            packs.add(copy.pack);
        }
        lost.addAll(copy.lost);
    }

    int readings() {
        return readings;
    }

    void reject(Message message, String reason) {
        messages.add(message);
        rejected.add(new Rejected(message, reason));
    }
}
