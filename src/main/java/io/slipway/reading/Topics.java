package io.slipway.reading;

/**
 * The names of one gateway's MQTT topics, the same on the LAN broker and upstream. Immutable; any thread.
 *
 * <pre>
 * slipway/&lt;gw&gt;/state                            retained: online, offline
 * slipway/&lt;gw&gt;/&lt;node&gt;/state                     retained: online, offline
 * slipway/&lt;gw&gt;/&lt;node&gt;/up/&lt;source&gt;               a reading
 * slipway/&lt;gw&gt;/&lt;node&gt;/decoded/&lt;source&gt;          the values of a reading, where they are made
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/udp/&lt;port&gt;          a command: payload to send to the mote
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/udp/&lt;port&gt;/state    what became of it
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/coap/&lt;method&gt;/&lt;path&gt;        a CoAP request to the mote
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/coap/&lt;method&gt;/&lt;path&gt;/state  what became of it, with the answer
 * slipway/&lt;gw&gt;/&lt;node&gt;/down/forget              the node is to be forgotten
 * slipway/&lt;gw&gt;/shared/&lt;dataset&gt;/&lt;key&gt;          retained: a value that gateways share
 * slipway/&lt;gw&gt;/peer/&lt;gw&gt;/state                  retained: up, suspect, down: another gateway
 * slipway/&lt;gw&gt;/batch                            upstream only: a SenML pack of readings
 * slipway/&lt;gw&gt;/gap                              upstream only: readings that will not come
 * slipway/&lt;gw&gt;/down/config                      from upstream only: a configuration that is proposed
 * slipway/&lt;gw&gt;/config/state                     upstream only: what became of it
 * slipway/&lt;gw&gt;/extent                           upstream only, retained: of which lives readings are held
 * slipway/&lt;gw&gt;/receipt                          from upstream only: readings that are stored there
 * slipway/&lt;gw&gt;/missing                          from upstream only: readings that are missing there
 * </pre>
 */
public final class Topics {
    private static final String STATE = "/state";
    private static final String DOWN = "/down/";

    private final String root;

    /** @param gateway the gateway's id, without {@code /}, {@code +} and {@code #} */
    public Topics(String gateway) {
        this.root = "slipway/" + gateway + "/";
    }

    /** What every topic of this gateway begins with, the trailing slash included. */
    public String root() {
        return root;
    }

    /** The gateway's own availability. */
    public String state() {
        return root + "state";
    }

    /** A node's availability. */
    public String nodeState(Eui64 node) {
        return root + node + STATE;
    }

    /** Where a node's readings of one source appear. */
    public String up(Eui64 node, String source) {
        return root + node + "/up/" + source;
    }

    /** Where the values of a node's readings of one source appear. */
    public String decoded(Eui64 node, String source) {
        return root + node + "/decoded/" + source;
    }

    /** Where batches go upstream. */
    public String batch() {
        return root + "batch";
    }

    /** Where upstream is told of readings that will not come. */
    public String gap() {
        return root + "gap";
    }

    /** Where upstream is told of which lives readings are held. */
    public String extent() {
        return root + "extent";
    }

    /** Where upstream asks for what it should have and has not. */
    public String missing() {
        return root + "missing";
    }

    /** Where upstream says what it has stored. */
    public String receipt() {
        return root + "receipt";
    }

    /** Where the cloud proposes a configuration. */
    public String config() {
        return root + "down/config";
    }

    /** Where it is said what became of it. */
    public String configState() {
        return root + "config/state";
    }

    /** What the topics of shared values begin with, the trailing slash included. */
    public String shared() {
        return root + "shared/";
    }

    /** What the topics about other gateways begin with, the trailing slash included. */
    public String peers() {
        return root + "peer/";
    }

    /** What to subscribe to for every command to every node. */
    public String downFilter() {
        return root + "+/down/#";
    }

    /** Whether a message on this topic is a command to a node, and not the report on one. */
    public boolean isDown(String topic) {
        return topic.startsWith(root) && topic.startsWith(DOWN, topic.indexOf('/', root.length()))
            && !topic.endsWith(STATE);
    }

    /**
     * The topic of a command, or of the report on one, without the level of {@code id=} and {@code ttl=}; any other
     * topic as it is.
     */
    public String withoutParameters(String topic) {
        int node = root.length();
        int down = topic.startsWith(root) ? topic.indexOf('/', node) : -1;
        if (down < 0 || !topic.startsWith(DOWN, down)) {
            return topic;
        }
        int level = down + DOWN.length();
        int end = topic.indexOf('/', level);
        int equals = topic.indexOf('=', level);
        return equals < 0 || end < equals ? topic : topic.substring(0, level) + topic.substring(end + 1);
    }

    /** The report on a command that came on {@code downTopic}. */
    public static String stateOf(String downTopic) {
        return downTopic + STATE;
    }
}
