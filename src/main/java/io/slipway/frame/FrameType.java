package io.slipway.frame;

/** The kinds of frames. */
public enum FrameType {
    /** An {@link Ipv6Packet}. */
    IPV6("ipv6"),
    /** A {@link QueryFrame}. */
    QUERY("query"),
    /** A {@link CommandFrame}. */
    COMMAND("command"),
    /** A {@link TextFrame}: raw text of the firmware. */
    TEXT("text"),
    /** A {@link TextFrame} with the debug mark in front. */
    DEBUG("debug"),
    /** A {@link TextFrame}: a slip-radio refuses a command. */
    ERROR("error"),
    /** A {@link RadioFrame}. */
    IEEE802154("ieee802154"),
    /** An {@link MqttFrame}. */
    MQTT("mqtt"),
    /** An {@link InvalidFrame}. */
    INVALID("invalid");

    private final String label;

    FrameType(String label) {
        this.label = label;
    }

    /** The name in the decode output. */
    public String label() {
        return label;
    }
}
