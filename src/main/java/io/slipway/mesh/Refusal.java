package io.slipway.mesh;

import io.slipway.frame.Icmpv6Message;

/** Why a datagram will not be, or was not, delivered: a word for programs and a sentence for people. Immutable. */
public final class Refusal {
    /** The link does not take it now: it may later. */
    public static final String LINK_DOWN = "link_down";
    /** The line has more to write than it may hold: it may take it later. */
    public static final String LINE_FULL = "line_full";
    /** The gateway stops. */
    public static final String STOPPING = "stopping";

    private static final int UNREACHABLE = 1;
    private static final int PORT_UNREACHABLE_CODE = 4;
    /** The codes of "destination unreachable" (RFC 4443 section 3.1). */
    private static final String[] UNREACHABLE_KINDS = {"no_route", "prohibited", "beyond_scope", "address_unreachable",
        "port_unreachable", "source_policy", "reject_route"};
    /** The types of errors (RFC 4443 section 3). */
    private static final String[] ERROR_KINDS = {"icmp_error", "unreachable", "too_big", "time_exceeded",
        "parameter_problem"};

    /** The word: lower case, underscores. */
    public final String kind;
    /** The sentence. */
    public final String reason;

    /** Of these two. */
    public Refusal(String kind, String reason) {
        this.kind = kind;
        this.reason = reason;
    }

    /** What a mote says of a packet of ours. */
    static Refusal of(Icmpv6Message error) {
        int type = error.type();
        int code = error.code();
        String kind = type == UNREACHABLE && code < UNREACHABLE_KINDS.length ? UNREACHABLE_KINDS[code]
            : ERROR_KINDS[type < ERROR_KINDS.length ? type : 0];
        String reason = type != UNREACHABLE ? "ICMPv6 error " + type + " code " + code
            : code == PORT_UNREACHABLE_CODE ? "nothing listens on that port of the node"
            : "the node cannot be reached (ICMPv6 code " + code + ")";
        return new Refusal(kind, reason);
    }
}
