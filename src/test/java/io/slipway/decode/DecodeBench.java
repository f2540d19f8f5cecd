package io.slipway.decode;

import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.Topics;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * What it costs to decode a reading and to write its message, on a JVM that only interprets. No test, so nothing runs
 * it but {@code mvn test -Dtest=DecodeBench}.
 */
class DecodeBench {
    private static final int ROUNDS = 20_000;
    /** 60 bytes. */
    private static final String SENML = "[{\"n\":\"temperature\",\"u\":\"Cel\",\"v\":21.5},{\"n\":\"hum\","
        + "\"v\":410}]";

    @Test
    void withAnInterpreter() throws Exception {
        Process bench = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xint",
            "-Xmx16m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), DecodeBench.class.getName())
            .redirectErrorStream(true).start();
        System.out.println(new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Prints a line for each format. */
    public static void main(String[] args) throws Exception {
        measure("senml+json", "", SENML.getBytes(StandardCharsets.UTF_8));
        measure("senml+cbor", "", HexFormat.of().parseHex("82a3006b74656d7065726174757265016343656c02f94d60"
            + "a2006368756d02fa42250000"));
        measure("json", "", "{\"temperature\":21.5,\"hum\":41.25}".getBytes(StandardCharsets.UTF_8));
        measure("packed", "list field 'temperature i16 scale=0.01 unit=Cel'\nlist field 'hum u16 scale=0.01'\n",
            HexFormat.of().parseHex("66081d10"));
        measure("number", "", "21.5".getBytes(StandardCharsets.UTF_8));
        measure("", "list source none\n", "21.5".getBytes(StandardCharsets.UTF_8));
    }

    private static void measure(String format, String options, byte[] payload) throws Exception {
        Config config = Config.parse("bench", "config gateway\noption id gw-01\nconfig mesh\noption link file:/a\n"
            + "config decode\noption format '" + format + "'\n" + options);
        Decoders decoders = new Decoders(config.decode, new Topics("gw-01"), (topic, message, retain) -> { }, null,
            new Health());
        Reading reading = new Reading("gw-01", new Epoch(1, 2), 42, 1_795_258_249_123L, true, 5, Eui64.of(7),
            "udp/5678", payload);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long ns = 0;
        long bytes = 0;
        for (int i = -ROUNDS / 10; i < ROUNDS; i++) {
            if (i == 0) {
                ns = threads.getCurrentThreadCpuTime();
                bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            }
            decoders.accepted(reading, -1);
        }
        System.out.println((format.isEmpty() ? "not decoded" : format + ", " + payload.length + " bytes") + ": "
            + (threads.getCurrentThreadCpuTime() - ns) / ROUNDS / 1000.0 + " us, "
            + (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes) / ROUNDS + " bytes allocated");
    }
}
