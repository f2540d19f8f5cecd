package io.slipway.broker;

import static io.slipway.broker.RawClient.CONNACK;
import static io.slipway.broker.RawClient.PUBACK;
import static io.slipway.broker.RawClient.PUBLISH;
import static io.slipway.broker.RawClient.connect;
import static io.slipway.broker.RawClient.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.health.Health;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker in a process of its own, which is killed, or believes that it has other processors. */
class BrokerProcessTest {
    /** A client id whose String.hashCode() is Integer.MIN_VALUE. */
    private static final String WORST_HASH = "polygenelubricants";

    @TempDir
    Path dir;

    /** Runs a broker on the port given until it is killed. */
    public static final class Main {
        private Main() {
        }

        public static void main(String[] args) throws IOException {
            LanBroker broker = RunningBroker.broker(new Health(), (client, topic, payload) -> { },
                "listen '127.0.0.1:" + args[0] + "'");
            broker.start();
            System.out.println(broker.port());
        }
    }

    private Process start(int port, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of(Main.class.getName(), Integer.toString(port)));
        return new ProcessBuilder(command).directory(dir.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    }

    private static int port(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        return Integer.parseInt(out.readLine());
    }

    @Test
    void servesAgainAfterAKillWithDurableSessionsAndLeavesNoFile() throws Exception {
        Process process = start(0);
        try {
            int port = port(process);
            for (int round = 0; round < 2; round++) {
                try (RawClient durable = new RawClient(port).connected("durable", false).subscribed("a", 1);
                     RawClient publisher = new RawClient(port).connected("p", true)) {
                    publisher.send(publish(2, 1, "a", "x"));
                    publisher.expect(PUBACK);
                    assertEquals("x", durable.expect(PUBLISH).text());
                    process.destroyForcibly().waitFor();
                }
                process = start(port);
                assertEquals(port, port(process));
            }
            try (Stream<Path> left = Files.list(dir)) {
                assertEquals(List.of(), left.toList());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void servesEveryClientIdOnThreeProcessors() throws Exception {
        assertEquals(Integer.MIN_VALUE, WORST_HASH.hashCode());
        Process process = start(0, "-XX:ActiveProcessorCount=3");
        try (RawClient client = new RawClient(port(process))) {
            client.send(connect(WORST_HASH, true));
            client.expect(CONNACK);
            client.subscribed("a", 1);
            client.send(publish(0, 0, "a", "x"));
            assertEquals("x", client.expect(PUBLISH).text());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
