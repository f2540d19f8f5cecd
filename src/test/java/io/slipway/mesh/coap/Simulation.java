package io.slipway.mesh.coap;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.ResourceLink;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** An endpoint of its own with a clock that the test moves on, and a network that only takes note. */
final class Simulation implements Network, Coap.Output {
    static final Eui64 NODE = Eui64.parse("0002000200020002");
    static final Ipv6Address HOST = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);

    /** One message on its way down. */
    record Sent(Route to, byte[] wire, Delivery delivery, long atMs) {
        String hex() {
            return HexFormat.of().formatHex(wire);
        }

        CoapMessage message() {
            try {
                return CoapDecoder.decode(wire);
            } catch (MalformedMessageException bad) {
                throw new AssertionError(hex(), bad);
            }
        }
    }

    final Health health = new Health();
    final List<Sent> sent = new ArrayList<>();
    /** {@code NODE SOURCE FORMAT PAYLOAD}. */
    final List<String> readings = new ArrayList<>();
    final List<ResourceLink> links = new ArrayList<>();
    final CoapSettings settings;
    final CoapEndpoint endpoint;
    final Subscriptions subscriptions;
    /** {@code null} without a section {@code lwm2m}. */
    final Registrations registrations;
    /** Whether the node was heard. */
    boolean known = true;
    private long nowMs = 1_000_000;

    Simulation(long seed, String sections) {
        try {
            Config config = Config.parse("test", "config gateway\n\toption id gw-01\nconfig mesh mesh0\n"
                + "\toption link 'file:/dev/null'\n" + sections);
            settings = new CoapSettings(config.meshes.get(0), config.coap,
                config.lwm2m.isEmpty() ? null : config.lwm2m.get(0));
        } catch (ConfigException wrong) {
            throw new AssertionError(wrong);
        }
        endpoint = new CoapEndpoint(settings, this, this, new Identifiers(new Random(seed)), new Alarms(nowMs),
            health);
        subscriptions = new Subscriptions(settings, endpoint.client, this);
        registrations = settings.lwm2m == null ? null
            : new Registrations(settings.lwm2m, endpoint.client, subscriptions, this);
        endpoint.add(registrations);
        subscriptions.start();
    }

    static Simulation plain() {
        return new Simulation(1, "");
    }

    static Route from(int hostPort, int nodePort) {
        return new Route(HOST, hostPort, address(NODE), nodePort);
    }

    static Ipv6Address address(Eui64 node) {
        return Ipv6Address.of(0xfd00_0000_0000_0000L, node.interfaceId());
    }

    /** A datagram of the node to our port 5683. */
    void request(String hex) {
        endpoint.received(NODE, from(Coap.PORT, Coap.PORT), HexFormat.of().parseHex(hex));
    }

    /** A datagram of the node to the port of our requests. */
    void answer(CoapMessage message) {
        endpoint.received(NODE, from(Coap.CLIENT_PORT, Coap.PORT), CoapEncoder.encode(message));
    }

    /** The answer in an acknowledgement to the last message that was sent. */
    void piggyback(int code, Options options, String payload) {
        CoapMessage last = last();
        answer(new CoapMessage(CoapMessage.ACK, code, last.id, last.token, options, bytes(payload)));
    }

    CoapMessage last() {
        return sent.get(sent.size() - 1).message();
    }

    String lastHex() {
        return sent.get(sent.size() - 1).hex();
    }

    /** Moves the clock on, with all alarms on the way. */
    void pass(long ms) {
        long until = nowMs + ms;
        long next = endpoint.alarms.advance(nowMs);
        while (next <= until) {
            nowMs = next;
            next = endpoint.alarms.advance(nowMs);
        }
        nowMs = until;
        endpoint.alarms.advance(nowMs);
    }

    /** Moves the clock on to the moment at which the next message is sent. */
    void untilSent() {
        int before = sent.size();
        long next = endpoint.alarms.advance(nowMs);
        while (sent.size() == before) {
            nowMs = next;
            next = endpoint.alarms.advance(nowMs);
        }
    }

    long count(Counter counter) {
        return health.value(counter);
    }

    /** Asks the node, and returns what becomes of it. */
    Heard ask(String method, String path, String payload) {
        Heard heard = new Heard();
        endpoint.client.submit(new Transfer(NODE, CoapRequest.of(method, path, bytes(payload)), false,
            settings.blockBytes, heard));
        return heard;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What became of a request. */
    static final class Heard implements ResponseListener {
        final List<String> states = new ArrayList<>();

        @Override
        public void queued() {
            states.add("queued");
        }

        @Override
        public void sent() {
            states.add("sent");
        }

        @Override
        public void answered(CoapResponse response) {
            states.add(response.code() + " " + new String(response.payload, StandardCharsets.UTF_8));
        }

        @Override
        public void refused(Refusal refusal) {
            states.add("refused: " + refusal.reason);
        }

        @Override
        public void failed(String reason) {
            states.add("failed: " + reason);
        }

        String last() {
            return states.get(states.size() - 1);
        }
    }

    @Override
    public Route route(Eui64 node, boolean assumed) {
        return known || assumed ? new Route(HOST, Coap.CLIENT_PORT, address(node), Coap.PORT) : null;
    }

    @Override
    public int longest() {
        return settings.messageBytes;
    }

    @Override
    public void send(Route to, byte[] message, Delivery delivery) {
        sent.add(new Sent(to, message, delivery, nowMs));
    }

    @Override
    public void reading(Eui64 node, String source, int contentFormat, byte[] payload) {
        readings.add(node + " " + source + " " + contentFormat + " " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void offers(Eui64 node, List<ResourceLink> offered) {
        links.clear();
        links.addAll(offered);
    }
}
