package io.slipway.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the mote's bytes come from, from the text of {@code option link}. Immutable.
 *
 * <pre>
 * serial:/dev/ttyUSB0?baud=115200&amp;flow=none&amp;dtr=on&amp;rts=on&amp;reset=none&amp;reset_ms=200
 * serial:usb:10c4:ea60:SERIAL
 * tcp://host:port
 * file:/path?rate=11520
 * udp://[address]:port
 * </pre>
 */
public final class LinkConfig {
    /** The kinds of link. */
    public enum Kind {
        /** A serial port or pty. */
        SERIAL,
        /** A TCP server that carries the bytes of a serial port, such as ser2net. */
        TCP,
        /** A recorded stream. */
        FILE,
        /** No line: nodes are reached over this router's own network. */
        UDP
    }

    /** What to open. */
    public final Kind kind;
    /**
     * The device or file; {@code usb:VENDOR:PRODUCT[:SERIAL]} for a serial port by its USB ids; the host for TCP; our
     * numeric IPv6 address for UDP, {@code ::} for all of ours.
     */
    public final String target;
    /** The TCP or UDP port, 1 to 65535; 0 for the others. */
    public final int port;
    /** Bits per second of a serial port, 1200 to 4000000; default 115200. */
    public final int baud;
    /** Whether RTS/CTS flow control is on; default off, as on all stock motes. */
    public final boolean rtsCts;
    /** DTR after opening; boards with auto-reset wiring want {@code dtr=off&rts=off}. Default on. */
    public final boolean dtr;
    /** RTS after opening. Default on. */
    public final boolean rts;
    /** Whether a mote that stays silent may be reset by a pulse on DTR; default off. */
    public final boolean resetDtr;
    /** Whether a mote that stays silent may be reset by a pulse on RTS; default off. */
    public final boolean resetRts;
    /** Milliseconds of the pulse, for which a line has the other level than {@link #dtr} or {@link #rts} says. */
    public final int resetMs;
    /** Bytes per second at which a file is played, 0 for as fast as it is taken; default 11520, as 115200 baud. */
    public final int rate;

    private LinkConfig(Kind kind, String target, int port, Map<String, String> options) {
        this.kind = kind;
        this.target = target;
        this.port = port;
        this.baud = whole(options, "baud", 115200, 1200, 4_000_000);
        this.rtsCts = "rtscts".equals(word(options, "flow", "none", "rtscts"));
        this.dtr = "on".equals(word(options, "dtr", "on", "off"));
        this.rts = "on".equals(word(options, "rts", "on", "off"));
        String reset = word(options, "reset", "none", "dtr", "rts", "both");
        this.resetDtr = reset.equals("dtr") || reset.equals("both");
        this.resetRts = reset.equals("rts") || reset.equals("both");
        this.resetMs = whole(options, "reset_ms", 200, 1, 1000);
        this.rate = whole(options, "rate", 11520, 0, 100_000_000);
    }

    /**
     * Reads a link's text.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static LinkConfig parse(String text) {
        int query = text.indexOf('?');
        String where = query < 0 ? text : text.substring(0, query);
        Map<String, String> options = query < 0 ? new HashMap<String, String>() : options(text.substring(query + 1));
        LinkConfig link;
        if (where.startsWith("serial:") && where.length() > 7) {
            link = new LinkConfig(Kind.SERIAL, where.substring(7), 0, options);
            allow(options, "baud", "flow", "dtr", "rts", "reset", "reset_ms");
            link.rejectMistakes();
        } else if (where.startsWith("tcp://")) {
            HostPort address = HostPort.parse(where.substring(6), 1);
            link = new LinkConfig(Kind.TCP, address.host, address.port, options);
            allow(options);
        } else if (where.startsWith("file:") && where.length() > 5) {
            link = new LinkConfig(Kind.FILE, where.substring(5), 0, options);
            allow(options, "rate");
        } else if (where.startsWith("udp://")) {
            HostPort address = HostPort.parse(where.substring(6), 1);
            if (Ipv6Prefix.address(address.host) == null) {
                throw new IllegalArgumentException("udp://[address]:port with a numeric IPv6 address of this router, "
                    + "or [::] for all of them");
            }
            link = new LinkConfig(Kind.UDP, address.host, address.port, options);
            allow(options);
        } else {
            throw new IllegalArgumentException(
                "serial:/dev/ttyUSB0?baud=115200, tcp://host:port, file:/path?rate=11520 or udp://[address]:port");
        }
        return link;
    }

    private void rejectMistakes() {
        if (isUsb() && !isUsbId(target)) {
            throw new IllegalArgumentException(
                "serial:usb:10c4:ea60 or serial:usb:10c4:ea60:SERIAL, vendor and product in four hexadecimal digits");
        }
        if (rtsCts && resetRts) {
            throw new IllegalArgumentException("flow=rtscts or a reset by RTS, which is one line and cannot do both");
        }
    }

    private static boolean isUsbId(String target) {
        for (int i = 4; i < 13; i++) {
            if (i >= target.length() || (i == 8 ? target.charAt(i) != ':'
                : "0123456789abcdef".indexOf(target.charAt(i)) < 0)) {
                return false;
            }
        }
        return target.length() == 13 || target.length() > 14 && target.charAt(13) == ':';
    }

    /** Whether the target names a USB device by its ids, whatever name the system gives it. */
    public boolean isUsb() {
        return kind == Kind.SERIAL && target.startsWith("usb:");
    }

    /** Whether there is a line to reset the mote by. */
    public boolean canReset() {
        return resetDtr || resetRts;
    }

    /** Whether both would read the bytes of one mote; a recording may be played twice. */
    boolean opensSameAs(LinkConfig other) {
        return kind != Kind.FILE && kind == other.kind && port == other.port && target.equals(other.target);
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new HashMap<>();
        int from = 0;
        while (from <= query.length()) {
            int end = query.indexOf('&', from);
            String part = query.substring(from, end < 0 ? query.length() : end);
            int equals = part.indexOf('=');
            if (equals < 1 || options.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("name=value after the question mark, each name once, not '"
                    + part + "'");
            }
            from = end < 0 ? query.length() + 1 : end + 1;
        }
        return options;
    }

    private static void allow(Map<String, String> options, String... names) {
        for (String option : options.keySet()) {
            if (!Arrays.asList(names).contains(option)) {
                throw new IllegalArgumentException(names.length == 0 ? "no '" + option + "' for this kind of link"
                    : String.join(", ", names) + " after the question mark, not '" + option + "'");
            }
        }
    }

    private static int whole(Map<String, String> options, String name, int fallback, int min, int max) {
        String value = options.get(name);
        long number = value == null ? fallback : WholeNumber.parse(value);
        if (number < min || number > max) {
            throw new IllegalArgumentException(name + "= a whole number from " + min + " to " + max);
        }
        return (int) number;
    }

    /** One of some words, the first of which is the default. */
    private static String word(Map<String, String> options, String name, String... words) {
        String value = options.get(name);
        if (value != null && !Arrays.asList(words).contains(value)) {
            throw new IllegalArgumentException(name + "=" + String.join(" or " + name + "=", words));
        }
        return value == null ? words[0] : value;
    }

    @Override
    public String toString() {
        return kind == Kind.TCP ? "tcp://" + new HostPort(target, port)
            : kind == Kind.UDP ? "udp://" + new HostPort(target, port) : kind == Kind.FILE ? "file:" + target
            : "serial:" + target + "?baud=" + baud;
    }
}
