package io.slipway.command;

import io.slipway.reading.Epoch;

/** One command that was accepted. What changes in it is the commands' thread's. */
public final class Command {
    /** How far it has come. */
    enum State {
        /** Waits to be sent. */
        QUEUED("queued"),
        /** Was sent, and an answer is to come. */
        SENT("sent"),
        /** Has ended, in some way. */
        ENDED("ended");

        final String label;

        State(String label) {
            this.label = label;
        }
    }

    /** Where it goes. */
    public final CommandTopic topic;
    /** What is sent. Not to be changed. */
    public final byte[] payload;
    /** Unique over all lives, and ascending in the order in which commands were accepted. */
    final long number;
    /** Its name in reports: the publisher's, or one that was made. */
    final String id;
    /** The life in which it was accepted. */
    final Epoch epoch;
    /** When that was, in milliseconds since the start of that life. */
    final long mono;
    /** When that was by the wall clock, in milliseconds since 1970; 0 where that could not be trusted. */
    final long wall;
    /** For how long it may wait, in milliseconds. */
    final long ttlMs;

    State state = State.QUEUED;
    /** The last report on it, for who sends the command again. */
    byte[] report;
    /** Whether it is known to be on the disk, or that the disk refuses. */
    boolean kept;
    /** How old it was when this life began, in milliseconds of running time; 0 where it is of this life. */
    long ranMs;

    Command(long number, String id, CommandTopic topic, byte[] payload, Epoch epoch, long mono, long wall,
            long ttlMs) {
        this.number = number;
        this.id = id;
        this.topic = topic;
        this.payload = payload;
        this.epoch = epoch;
        this.mono = mono;
        this.wall = wall;
        this.ttlMs = ttlMs;
    }

    /** Whether the publisher named it, and may send it again under that name. */
    boolean isNamed() {
        return topic.id != null;
    }

    /** Its name among those of all nodes. */
    String key() {
        return topic.node + "/" + id;
    }

    /**
     * How long it has waited: within one life by the monotonic clock alone. Over a restart the time counts for which
     * the gateway is known to have run, or that of the wall clock where it could be trusted then and can be now.
     */
    long ageMs(LifeClock clock) {
        if (epoch.equals(clock.epoch())) {
            return clock.mono() - mono;
        }
        long ran = ranMs + clock.mono();
        return wall > 0 && clock.isTrusted() ? Math.max(ran, clock.wall() - wall) : ran;
    }

    /** Whether to do it twice is the same as to do it once (RFC 7252 section 5.1). */
    boolean isIdempotent() {
        return topic.kind == CommandTopic.Kind.COAP && !topic.request.startsWith("post/")
            && !topic.request.equals("post");
    }
}
