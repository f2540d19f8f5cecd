package io.slipway.mdns;

/** A question of class IN or ANY. Immutable. */
final class Question {
    final String name;
    final int type;
    /** Whether the answer may come to the one who asks alone (RFC 6762, 5.4). */
    final boolean unicast;

    Question(String name, int type, boolean unicast) {
        this.name = name;
        this.type = type;
        this.unicast = unicast;
    }
}
