package io.slipway.command;

import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;

/**
 * What the topic of a command says. Immutable.
 *
 * <pre>
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/[id=&lt;id&gt;&amp;ttl=&lt;seconds&gt;/]udp/&lt;port&gt;
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/[id=&lt;id&gt;&amp;ttl=&lt;seconds&gt;/]coap/&lt;method&gt;/&lt;path&gt;
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/forget
 * </pre>
 */
public final class CommandTopic {
    /** The kinds of commands. */
    public enum Kind {
        /** A payload to a UDP port. */
        UDP,
        /** A CoAP request. */
        COAP,
        /** The node is to be forgotten. */
        FORGET
    }

    static final String SHAPE = "the topic is not slipway/<gateway>/<16 hex digits>/down/udp/<port>, "
        + "…/down/coap/<method>/<path> or …/down/forget";
    private static final String DOWN = "/down/";
    private static final int NODE_DIGITS = 16;
    private static final int ID_LENGTH = 64;
    private static final int LONGEST = 1024;
    private static final int MAX_TTL_S = 31 * 86_400;

    /** The topic as it stands. */
    public final String text;
    /** The node. */
    public final Eui64 node;
    /** What is to be done. */
    public final Kind kind;
    /** The UDP port, 1 to 65535; 0 for the other kinds. */
    public final int port;
    /** Of a CoAP request, from the method on: {@code get/test/hello}; else {@code null}. */
    public final String request;
    /** The id that the publisher gave; {@code null} where it gave none. */
    final String id;
    /** For how long it may wait, in seconds; 0 where the publisher does not say. */
    final int ttlS;

    private CommandTopic(String text, Eui64 node, Kind kind, int port, String request, Parameters parameters) {
        this.text = text;
        this.node = node;
        this.kind = kind;
        this.port = port;
        this.request = request;
        this.id = parameters.id;
        this.ttlS = parameters.ttlS;
    }

    private static final class Parameters {
        private String id;
        private int ttlS;

        private void take(String level) {
            int from = 0;
            while (from <= level.length()) {
                int end = level.indexOf('&', from);
                end = end < 0 ? level.length() : end;
                String one = level.substring(from, end);
                if (one.startsWith("id=") && id == null && isId(one.substring(3))) {
                    id = one.substring(3);
                } else if (one.startsWith("ttl=") && ttlS == 0 && number(one.substring(4), MAX_TTL_S) > 0) {
                    ttlS = number(one.substring(4), MAX_TTL_S);
                } else {
                    throw new IllegalArgumentException("what stands after down/ is not id=<1 to " + ID_LENGTH
                        + " letters, digits, '.', '_', '-'> or ttl=<seconds, 1 to " + MAX_TTL_S + ">, joined by &");
                }
                from = end + 1;
            }
        }

        private static boolean isId(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
                if (!isLetter && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-') {
                    return false;
                }
            }
            return !text.isEmpty() && text.length() <= ID_LENGTH;
        }
    }

    /**
     * Reads a topic for which {@link Topics#isDown} holds.
     *
     * @throws IllegalArgumentException if it is no command, in words
     */
    static CommandTopic parse(Topics topics, String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("the topic is longer than " + LONGEST + " characters");
        }
        int at = topics.root().length();
        Eui64 node = text.startsWith(DOWN, at + NODE_DIGITS) ? Eui64.parse(text.substring(at, at + NODE_DIGITS)) : null;
        if (node == null) {
            throw new IllegalArgumentException(SHAPE);
        }
        String rest = text.substring(at + NODE_DIGITS + DOWN.length());
        Parameters parameters = new Parameters();
        int slash = rest.indexOf('/');
        if (slash > 0 && rest.lastIndexOf('=', slash) > 0) {
            parameters.take(rest.substring(0, slash));
            rest = rest.substring(slash + 1);
        }
        if (rest.startsWith("udp/") && number(rest.substring(4), 0xffff) > 0) {
            return new CommandTopic(text, node, Kind.UDP, number(rest.substring(4), 0xffff), null, parameters);
        }
        if (rest.startsWith("coap/")) {
            return new CommandTopic(text, node, Kind.COAP, 0, rest.substring(5), parameters);
        }
        if (rest.equals("forget")) {
            return new CommandTopic(text, node, Kind.FORGET, 0, null, parameters);
        }
        throw new IllegalArgumentException(SHAPE);
    }

    /** Decimal digits up to a number; -1 for anything else. */
    private static int number(String digits, int max) {
        long number = digits.isEmpty() || digits.length() > 9 ? -1 : 0;
        for (int i = 0; number >= 0 && i < digits.length(); i++) {
            char c = digits.charAt(i);
            number = c >= '0' && c <= '9' ? number * 10 + c - '0' : -1;
        }
        return number > max ? -1 : (int) number;
    }
}
