package io.slipway.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A whole configuration, checked: if there is an object of this class, it can be used. Immutable. */
public final class Config {
    private static final List<String> TYPES =
        Arrays.asList("gateway", "mesh", "store", "broker", "ingest", "upstream", "log");

    /** The one {@code config gateway}. */
    public final GatewayConfig gateway;
    /** Every {@code config mesh}; at least one. */
    public final List<MeshConfig> meshes;
    /** The store, by default where there is no section. */
    public final StoreConfig store;
    /** The LAN broker, by default where there is no section. */
    public final BrokerConfig broker;
    /** What is taken in from the LAN; nothing where there is no section. */
    public final IngestConfig ingest;
    /** Every {@code config upstream}; may be none. */
    public final List<UpstreamConfig> upstreams;
    /** The log. */
    public final LogConfig log;

    private final String file;
    private final List<UciSection> sections;
    private final List<String> problems = new ArrayList<>();

    private Config(String file, String text) throws ConfigException {
        this.file = file;
        this.sections = new UciParser(file, text, problems).parse();
        rejectUnknownTypes();
        gateway = new GatewayConfig(single("gateway", true));
        List<MeshConfig> meshList = new ArrayList<>();
        List<UpstreamConfig> upstreamList = new ArrayList<>();
        for (UciSection section : sections) {
            if (section.type.equals("mesh")) {
                meshList.add(new MeshConfig(new SectionReader(file, section, problems)));
            } else if (section.type.equals("upstream")) {
                upstreamList.add(new UpstreamConfig(new SectionReader(file, section, problems)));
            }
        }
        if (meshList.isEmpty()) {
            problems.add(file + ": there is no 'config mesh'; at least one is needed, with 'option link'");
        }
        Set<String> names = new HashSet<>();
        for (UpstreamConfig upstream : upstreamList) {
            if (!names.add(upstream.name)) {
                problems.add(file + ": two 'config upstream' are called '" + upstream.name + "'; give each its name");
            }
        }
        meshes = Collections.unmodifiableList(meshList);
        upstreams = Collections.unmodifiableList(upstreamList);
        store = new StoreConfig(single("store", false));
        broker = new BrokerConfig(single("broker", false));
        ingest = new IngestConfig(single("ingest", false));
        log = new LogConfig(single("log", false));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /**
     * Reads and checks a file.
     *
     * @throws ConfigException if it cannot be read or used; the message names file, line and option
     */
    public static Config load(Path file) throws ConfigException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
        } catch (NoSuchFileException missing) {
            throw new ConfigException(Collections.singletonList(file + ": there is no such file"));
        } catch (CharacterCodingException notText) {
            throw new ConfigException(Collections.singletonList(file + ": is not UTF-8 text"));
        } catch (IOException unreadable) {
            throw new ConfigException(Collections.singletonList(file + ": cannot be read: " + unreadable.getMessage()));
        }
        return parse(file.toString(), text);
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

    private void rejectUnknownTypes() {
        for (UciSection section : sections) {
            if (!TYPES.contains(section.type)) {
                problems.add(file + ":" + section.line + ": unknown section 'config " + section.type
                    + "'; expected one of " + String.join(", ", TYPES));
            }
        }
    }

    private SectionReader single(String type, boolean required) {
        UciSection found = null;
        for (UciSection section : sections) {
            if (!section.type.equals(type)) {
                continue;
            }
            if (found != null) {
                problems.add(file + ":" + section.line + ": a second 'config " + type + "'; the first is in line "
                    + found.line);
            } else {
                found = section;
            }
        }
        if (found == null && required) {
            problems.add(file + ": there is no 'config " + type + "'");
        }
        return new SectionReader(file, found == null ? new UciSection(type, null, 1) : found, problems);
    }
}
