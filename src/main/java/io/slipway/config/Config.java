package io.slipway.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A whole configuration, checked: if there is an object of this class, it can be used. Immutable. */
public final class Config {
    private static final List<String> TYPES =
        Arrays.asList("gateway", "mesh", "node", "commands", "store", "retention", "broker", "ingest", "upstream",
            "coap", "lwm2m", "mqttsn", "decode", "homeassistant", "cluster", "peer", "web", "watchdog", "log");
    private static final int MAX_BYTES = 1 << 20;
    /** Each mesh and each upstream costs threads and sockets; no gateway has so many. */
    private static final int MOST_OF_A_TYPE = 32;
    private static final int MOST_NODES = 4096;

    /** Where it came from, as messages name it. */
    public final String file;
    private final List<UciSection> sections;
    /** The one {@code config gateway}. */
    public final GatewayConfig gateway;
    /** Every {@code config mesh}; at least one. */
    public final List<MeshConfig> meshes;
    /** How commands wait and go, by default where there is no section. */
    public final CommandsConfig commands;
    /** Every {@code config node}; may be none. */
    public final List<NodeConfig> nodes;
    /** The store, by default where there is no section. */
    public final StoreConfig store;
    /** The LAN broker, by default where there is no section. */
    public final BrokerConfig broker;
    /** What is taken in from the LAN; nothing where there is no section. */
    public final IngestConfig ingest;
    /** Every {@code config upstream}; may be none. */
    public final List<UpstreamConfig> upstreams;
    /** Every {@code config coap}; may be none. */
    public final List<CoapConfig> coap;
    /** Every {@code config decode} in the order of the file; may be none. */
    public final List<DecodeConfig> decode;
    /** What Home Assistant is told; nothing where there is no section. */
    public final HomeAssistantConfig homeAssistant;
    /** Every {@code config lwm2m}; may be none. */
    public final List<Lwm2mConfig> lwm2m;
    /** Every {@code config mqttsn}; may be none. */
    public final List<MqttSnConfig> mqttSn;
    /** What is shared with other gateways; {@code null} where there is no section: nothing is. */
    public final ClusterConfig cluster;
    /** The status page and its API; not served where there is no section. */
    public final WebConfig web;
    /** The watchdog, by default where there is no section. */
    public final WatchdogConfig watchdog;
    /** The log. */
    public final LogConfig log;

    private Config(String file, String text) throws ConfigException {
        Problems problems = new Problems(file);
        this.file = file;
        sections = new UciParser(text, problems).parse();
        rejectUnknownTypes(sections, problems);
        gateway = new GatewayConfig(single("gateway", true, sections, problems));
        nodes = nodes(sections, problems);
        commands = new CommandsConfig(single("commands", false, sections, problems));
        List<MeshConfig> meshList = new ArrayList<>();
        for (UciSection section : several("mesh", sections, problems)) {
            MeshConfig mesh = new MeshConfig(new SectionReader(section, problems), nodes);
            mesh.rejectClash(meshList, section.line, problems);
            meshList.add(mesh);
        }
        List<UpstreamConfig> upstreamList = new ArrayList<>();
        for (UciSection section : several("upstream", sections, problems)) {
            UpstreamConfig upstream = new UpstreamConfig(new SectionReader(section, problems));
            upstream.rejectClash(upstreamList, section.line, problems);
            upstreamList.add(upstream);
        }
        List<CoapConfig> coapList = new ArrayList<>();
        for (UciSection section : several("coap", sections, problems)) {
            CoapConfig one = new CoapConfig(new SectionReader(section, problems));
            one.rejectUnknownMesh(meshList, section.line, problems);
            coapList.add(one);
        }
        List<Lwm2mConfig> lwm2mList = new ArrayList<>();
        for (UciSection section : several("lwm2m", sections, problems)) {
            Lwm2mConfig one = new Lwm2mConfig(new SectionReader(section, problems));
            one.rejectClash(lwm2mList, meshList, section.line, problems);
            lwm2mList.add(one);
        }
        List<MqttSnConfig> mqttSnList = new ArrayList<>();
        for (UciSection section : several("mqttsn", sections, problems)) {
            MqttSnConfig one = new MqttSnConfig(new SectionReader(section, problems));
            one.rejectClash(mqttSnList, meshList, section.line, problems);
            mqttSnList.add(one);
        }
        if (meshList.isEmpty()) {
            problems.addToFile("there is no 'config mesh'; at least one is needed, with 'option link'");
        }
        meshes = Collections.unmodifiableList(meshList);
        coap = Collections.unmodifiableList(coapList);
        lwm2m = Collections.unmodifiableList(lwm2mList);
        mqttSn = Collections.unmodifiableList(mqttSnList);
        upstreams = Collections.unmodifiableList(upstreamList);
        store = new StoreConfig(single("store", false, sections, problems), retention(sections, problems));
        broker = new BrokerConfig(single("broker", false, sections, problems));
        ingest = new IngestConfig(single("ingest", false, sections, problems));
        decode = decoders(sections, problems);
        homeAssistant = new HomeAssistantConfig(single("homeassistant", false, sections, problems));
        cluster = ClusterConfig.of(sections, gateway.id, upstreamNames(), true, problems);
        web = new WebConfig(single("web", false, sections, problems));
        watchdog = new WatchdogConfig(single("watchdog", false, sections, problems));
        log = new LogConfig(single("log", false, sections, problems));
        problems.throwIfAny();
    }

    /**
     * Reads and checks a file of at most 1 MiB.
     *
     * @throws ConfigException if it cannot be read or used; the message names file, line and option
     */
    public static Config load(Path file) throws ConfigException {
        return parse(file.toString(), text(file));
    }

    /** What a configuration file holds. */
    static String text(Path file) throws ConfigException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(read(file));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (IOException failed) {
            throw new ConfigException(Collections.singletonList(file + ": " + FileProblem.of(failed)));
        }
    }

    /**
     * Checks a configuration that is at hand as text.
     *
     * @param file what to call it in messages
     * @throws ConfigException if it cannot be used
     */
    public static Config parse(String file, String text) throws ConfigException {
        return new Config(file, text);
    }

    /** What another configuration says differently that counts from the next start on: a section or option a line. */
    public List<String> needsRestart(Config fresh) {
        return new SectionDifferences(sections, fresh.sections).needRestart();
    }

    /** Stops at the limit: a device or a database given by mistake must not fill the memory. */
    private static byte[] read(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                bytes.write(chunk, 0, n);
                if (bytes.size() > MAX_BYTES) {
                    throw new IOException("it is longer than " + MAX_BYTES + " bytes");
                }
            }
        }
        return bytes.toByteArray();
    }

    private List<String> upstreamNames() {
        List<String> names = new ArrayList<>();
        for (UpstreamConfig upstream : upstreams) {
            names.add(upstream.name);
        }
        return names;
    }

    private static List<DecodeConfig> decoders(List<UciSection> sections, Problems problems) {
        List<DecodeConfig> all = new ArrayList<>();
        for (UciSection section : several("decode", sections, problems)) {
            all.add(new DecodeConfig(new SectionReader(section, problems)));
        }
        return Collections.unmodifiableList(all);
    }

    private static List<RetentionConfig> retention(List<UciSection> sections, Problems problems) {
        List<RetentionConfig> all = new ArrayList<>();
        for (UciSection section : several("retention", sections, problems)) {
            RetentionConfig one = new RetentionConfig(new SectionReader(section, problems));
            one.rejectClash(all, section.line, problems);
            all.add(one);
        }
        return all;
    }

    private static void rejectUnknownTypes(List<UciSection> sections, Problems problems) {
        for (UciSection section : sections) {
            if (!TYPES.contains(section.type)) {
                problems.add(section.line, "unknown section 'config " + section.type + "'"
                    + NearestName.hint(section.type, TYPES));
            }
        }
    }

    /** That for every node comes first, for what it sets counts for the others where they set nothing. */
    private static List<NodeConfig> nodes(List<UciSection> sections, Problems problems) {
        List<NodeConfig> list = new ArrayList<>();
        NodeConfig base = NodeConfig.DEFAULT;
        for (UciSection section : several("node", MOST_NODES, sections, problems)) {
            // What is wrong with it is found below.
            NodeConfig one = new NodeConfig(new SectionReader(section, new Problems("node")), NodeConfig.DEFAULT);
            base = one.isForAll() ? one : base;
        }
        for (UciSection section : several("node", MOST_NODES, sections, new Problems("node"))) {
            NodeConfig one = new NodeConfig(new SectionReader(section, problems), base);
            one.rejectClash(list, section.line, problems);
            list.add(one);
        }
        return Collections.unmodifiableList(list);
    }

    static List<UciSection> several(String type, List<UciSection> sections, Problems problems) {
        return several(type, MOST_OF_A_TYPE, sections, problems);
    }

    private static List<UciSection> several(String type, int most, List<UciSection> sections, Problems problems) {
        List<UciSection> found = new ArrayList<>();
        for (UciSection section : sections) {
            if (section.type.equals(type)) {
                if (found.size() == most) {
                    problems.add(section.line, "there are more than " + most + " 'config " + type + "'");
                    break;
                }
                found.add(section);
            }
        }
        return found;
    }

    static SectionReader single(String type, boolean required, List<UciSection> sections, Problems problems) {
        UciSection found = null;
        for (UciSection section : sections) {
            if (section.type.equals(type)) {
                if (found == null) {
                    found = section;
                } else {
                    problems.add(section.line, "a second 'config " + type + "'; the first is in line " + found.line);
                }
            }
        }
        if (found != null) {
            return new SectionReader(found, problems);
        }
        if (required) {
            problems.addToFile("there is no 'config " + type + "'");
        }
        // What an empty section lacks is no problem of its own where the section is missing.
        return new SectionReader(new UciSection(type, null, 1), new Problems(type));
    }
}
