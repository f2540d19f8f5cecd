package io.slipway.frame;

/** A frame that SLIP delivered whole and that makes no sense. To be counted by its reason and dropped. */
public final class InvalidFrame extends Frame {
    private final Reason reason;

    InvalidFrame(Reason reason, byte[] bytes) {
        super(FrameType.INVALID, bytes);
        this.reason = reason;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** What can be wrong with a frame. */
    public enum Reason {
        /** The CRC-8 does not fit, and it is not text either. The bytes still have the CRC-8 at their end. */
        CRC8("crc8"),
        /** Nothing was left when the CRC-8 was taken off. */
        EMPTY_AFTER_CRC("empty-after-crc"),
        /** Looks like IPv6, but the payload length is not what is there: bytes were lost on the line. */
        IPV6_LENGTH_MISMATCH("ipv6-length-mismatch"),
        /** IPv6 with an extension header that is longer than the packet. */
        IPV6_EXT_TRUNCATED("ipv6-ext-truncated"),
        /** Neither packet nor command nor text. */
        UNRECOGNISED("unrecognised");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The reason in the words of the decode output. */
        public String text() {
            return text;
        }
    }
}
