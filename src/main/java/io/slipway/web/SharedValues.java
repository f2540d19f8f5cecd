package io.slipway.web;

import java.io.IOException;
import java.util.List;

/** Values that gateways share, named {@code DATASET/KEY}; see docs/sync.md. Not for the network thread: it waits. */
public interface SharedValues {
    /** One value as it is. Immutable. */
    final class Value {
        /** An object, with the stamp in it. */
        final String json;
        final String stamp;

        /** @param stamp what no other value of this name ever has: visible ASCII without quotation marks */
        public Value(String json, String stamp) {
            this.json = json;
            this.stamp = stamp;
        }
    }

    /** Hears what became of a change. Any thread; must not wait. */
    interface Outcome {
        /** It is durable here. */
        void done();

        /** The value had another stamp than was asked for. */
        void stale();

        /** It was refused, as it would be on the LAN; why is for people. */
        void refused(String why);
    }

    /**
     * The names of all, ascending.
     *
     * @throws IOException if there is no answer within seconds; the message is for people
     */
    List<String> names() throws IOException;

    /**
     * One of them; {@code null} where there is none of that name.
     *
     * @throws IOException if there is no answer within seconds; the message is for people
     */
    Value find(String name) throws IOException;

    /**
     * What was there before, the latest first: an array of objects.
     *
     * @throws IOException if there is no answer within seconds; the message is for people
     */
    String history(String name) throws IOException;

    /**
     * Changes one. Does not wait.
     *
     * @param value {@code null} to take it away
     * @param ifMatch as the header: stamps in quotation marks of which the value must have one, or {@code *} for any
     *     value; {@code null} to change it whatever it is
     */
    void change(String name, byte[] value, String ifMatch, Outcome outcome);
}
