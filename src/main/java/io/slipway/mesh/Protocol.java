package io.slipway.mesh;

/** What a node was heard to speak. A node may speak several; each has its bit where the registry keeps them. */
public enum Protocol {
    /** Datagrams that are readings as they come. */
    UDP("udp"),
    /** RFC 7252. */
    COAP("coap"),
    /** MQTT-SN 1.2. */
    MQTT_SN("mqttsn");

    private static final Protocol[] ALL = values();

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** The bit of this one: 1, 2, 4 in the order above, which is kept on disk. */
    int bit() {
        return 1 << ordinal();
    }

    /** The names of those whose bits are set, with commas between. */
    static String names(int bits) {
        StringBuilder names = new StringBuilder();
        for (Protocol one : ALL) {
            if ((bits & one.bit()) != 0) {
                names.append(names.length() == 0 ? "" : ",").append(one.text);
            }
        }
        return names.toString();
    }
}
