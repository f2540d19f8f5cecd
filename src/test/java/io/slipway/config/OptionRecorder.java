package io.slipway.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a section class asks for: its options with their types, defaults and bounds. */
final class OptionRecorder extends SectionReader {
    /** One option as the code has it. A default of {@code null}: none. */
    record Option(String section, String name, String type, String fallback, long min, long max, List<String> words) {
        /** As the documentation writes it. */
        String range() {
            return switch (type) {
                case "number" -> min + " to " + max;
                case "bytes" -> units(min) + " to " + units(max);
                default -> String.join(", ", words);
            };
        }
    }

    private final String type;
    private final List<Option> options = new ArrayList<>();

    private OptionRecorder(String type) {
        super(new UciSection(type, null, 1), new Problems("f"));
        this.type = type;
    }

    /** Every option of every section, in the order in which the code asks. */
    static List<Option> all() {
        List<Option> all = new ArrayList<>();
        for (String type : List.of("gateway", "mesh", "node", "commands", "store", "retention", "broker", "ingest",
                "upstream", "coap", "lwm2m", "mqttsn", "decode", "homeassistant", "cluster", "peer", "web", "watchdog",
                "log")) {
            OptionRecorder recorder = new OptionRecorder(type);
            switch (type) {
                case "gateway" -> new GatewayConfig(recorder);
                case "mesh" -> new MeshConfig(recorder, List.of());
                case "node" -> new NodeConfig(recorder, NodeConfig.DEFAULT);
                case "commands" -> new CommandsConfig(recorder);
                case "store" -> new StoreConfig(recorder, List.of());
                case "retention" -> new RetentionConfig(recorder);
                case "broker" -> new BrokerConfig(recorder);
                case "ingest" -> new IngestConfig(recorder);
                case "upstream" -> new UpstreamConfig(recorder);
                case "coap" -> new CoapConfig(recorder);
                case "decode" -> new DecodeConfig(recorder);
                case "homeassistant" -> new HomeAssistantConfig(recorder);
                case "lwm2m" -> new Lwm2mConfig(recorder);
                case "watchdog" -> new WatchdogConfig(recorder);
                case "web" -> new WebConfig(recorder);
                case "cluster" -> new ClusterConfig(recorder, List.of(), true);
                case "peer" -> new PeerConfig(recorder);
                case "mqttsn" -> new MqttSnConfig(recorder);
                default -> new LogConfig(recorder);
            }
            all.addAll(recorder.options);
        }
        return all;
    }

    static String units(long bytes) {
        for (int shift = 30; bytes > 0 && shift > 0; shift -= 10) {
            if (bytes % (1L << shift) == 0) {
                return (bytes >> shift) + String.valueOf("kMG".charAt(shift / 10 - 1));
            }
        }
        return String.valueOf(bytes);
    }

    @Override
    String text(String option, String fallback) {
        note(option, "text", fallback, 0, 0, List.of());
        return super.text(option, fallback);
    }

    @Override
    String required(String option) {
        note(option, "text", "required", 0, 0, List.of());
        return super.required(option);
    }

    @Override
    Path path(String option, String fallback) {
        note(option, "path", fallback, 0, 0, List.of());
        return super.path(option, fallback);
    }

    @Override
    int whole(String option, int fallback, int min, int max) {
        note(option, "number", String.valueOf(fallback), min, max, List.of());
        return super.whole(option, fallback, min, max);
    }

    @Override
    long bytes(String option, long fallback, long min, long max) {
        note(option, "bytes", units(fallback), min, max, List.of());
        return super.bytes(option, fallback, min, max);
    }

    @Override
    boolean bool(String option, boolean fallback) {
        note(option, "bool", fallback ? "1" : "0", 0, 0, List.of());
        return super.bool(option, fallback);
    }

    @Override
    String choice(String option, String... words) {
        note(option, "word", words[0], 0, 0, List.of(words));
        return super.choice(option, words);
    }

    @Override
    List<String> list(String option) {
        note(option, "list", null, 0, 0, List.of());
        return super.list(option);
    }

    private void note(String option, String kind, String fallback, long min, long max, List<String> words) {
        options.add(new Option(type, option, kind, fallback, min, max, words));
    }
}
