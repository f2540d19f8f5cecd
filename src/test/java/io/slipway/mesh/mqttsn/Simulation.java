package io.slipway.mesh.mqttsn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Lan;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A gateway of its own with a clock that the test moves on, and a network and a LAN that only take note. */
final class Simulation implements Network, Lan {
    static final Eui64 NODE = Eui64.parse("0002000200020002");
    static final Eui64 OTHER = Eui64.parse("0003000300030003");
    static final Ipv6Address HOST = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);
    static final String ROOT = "slipway/gw-01/";

    final Health health = new Health();
    /** {@code HEX}, of all nodes. */
    final List<String> sent = new ArrayList<>();
    /** {@code NODE TOPIC PAYLOAD QoS RETAIN}. */
    final List<String> published = new ArrayList<>();
    /** {@code TOPIC} to {@code PAYLOAD}, at QoS 1. */
    final Map<String, String> retained = new LinkedHashMap<>();
    final MqttSnGateway gateway;
    private long nowMs = 1_000_000;

    /** @param options lines such as {@code clients 2} */
    Simulation(String... options) {
        StringBuilder text = new StringBuilder("config gateway\n\toption id gw-01\nconfig mesh mesh0\n"
            + "\toption link 'file:/dev/null'\nconfig mqttsn\n\tlist topic '7 seven'\n\tlist topic '8 seven/eight'\n");
        for (String option : options) {
            text.append("\toption ").append(option).append('\n');
        }
        try {
            gateway = new MqttSnGateway(Config.parse("test", text.toString()).mqttSn.get(0), ROOT, 1000, this, this,
                new Alarms(nowMs), health);
        } catch (ConfigException wrong) {
            throw new AssertionError(wrong);
        }
    }

    static Route route(Eui64 node, int port) {
        return new Route(HOST, 1883, Ipv6Address.of(0xfd00_0000_0000_0000L, node.interfaceId()), port);
    }

    void send(Eui64 node, int port, String hex) {
        gateway.received(node, route(node, port), HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** A message of the node from port 1883. */
    void send(String hex) {
        send(NODE, 1883, hex);
    }

    void send(Message message) {
        gateway.received(NODE, route(NODE, 1883), message.encode());
    }

    /** Sends, and checks everything that is sent in answer. */
    void exchange(String hex, String... answers) {
        sent.clear();
        send(hex);
        assertSent(answers);
    }

    void assertSent(String... expected) {
        List<String> wanted = new ArrayList<>();
        for (String one : expected) {
            wanted.add(one.replace(" ", ""));
        }
        assertEquals(wanted, sent);
        sent.clear();
    }

    /** Connects with client id {@code c}, a clean session unless told otherwise, and a keep-alive of 16 s. */
    void connect(int flags) {
        send(new Message(MessageType.CONNECT).flags(flags).code(1).duration(16).rest(bytes("c")));
        sent.clear();
    }

    void connect() {
        connect(Flags.CLEAN_SESSION);
    }

    /** A message on the LAN. */
    void lan(String topic, String payload, int qos) {
        if (gateway.isWanted(topic)) {
            gateway.message(topic, bytes(payload), qos);
        }
    }

    /** Moves the clock on, with all alarms on the way. */
    void pass(long ms) {
        long until = nowMs + ms;
        long next = gateway.alarms.advance(nowMs);
        while (next <= until) {
            nowMs = next;
            next = gateway.alarms.advance(nowMs);
        }
        nowMs = until;
        gateway.alarms.advance(nowMs);
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String hex(String text) {
        return HexFormat.of().formatHex(bytes(text));
    }

    @Override
    public void send(Route to, byte[] message) {
        sent.add(HexFormat.of().formatHex(message));
    }

    @Override
    public void published(Eui64 node, String topic, byte[] payload, int qos, boolean retain) {
        String text = new String(payload, StandardCharsets.UTF_8);
        published.add(node + " " + topic + " " + text + " " + qos + " " + retain);
        // As the broker does: everybody hears it.
        lan(topic, text, qos);
    }

    @Override
    public void retained(String filter, Receiver receiver) {
        Subscription matcher = new Subscription(filter, 2, 0, 0);
        retained.forEach((topic, payload) -> {
            if (matcher.wildcard == null ? topic.equals(filter) : matcher.wildcard.matches(topic)) {
                receiver.message(topic, bytes(payload), 1);
            }
        });
    }
}
