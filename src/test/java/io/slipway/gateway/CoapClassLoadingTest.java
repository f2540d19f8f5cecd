package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.config.Config;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway loads CoAP's classes with the first thing that needs them. */
class CoapClassLoadingTest {
    private static final String PACKAGE = "io.slipway.mesh.coap.";

    @TempDir
    Path directory;

    @Test
    void aGatewayWithoutCoapAndDecodersLoadsNothingOfThem() throws Exception {
        String loaded = classesLoadedFor(5678, "68656c6c6f");
        assertFalse(loaded.contains("io.slipway.decode.") || loaded.contains("io.slipway.config.DecodeConfig"),
            loaded);
        assertTrue(loaded.contains("io.slipway.gateway.CoapService"), loaded);
        assertFalse(loaded.contains("io.slipway.mesh.mqttsn.") || loaded.contains("io.slipway.mesh.wired."));
        assertFalse(loaded.contains(PACKAGE), loaded.substring(Math.max(0, loaded.indexOf(PACKAGE) - 500)));
    }

    @Test
    void theFirstDatagramLoadsIt() throws Exception {
        assertTrue(classesLoadedFor(5683, "40020001b170ff31").contains(PACKAGE + "CoapServer"));
    }

    private String classesLoadedFor(int port, String payload) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load", "-cp", System.getProperty("java.class.path"), CoapClassLoadingTest.class.getName(),
            directory.toString(), "" + port, payload).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** A whole gateway that gets one datagram: data directory, port, payload. */
    public static void main(String[] args) throws Exception {
        Ipv6Address node = Ipv6Address.of(0xfd00_0000_0000_0000L, 0x0202_0002_0002_0002L);
        Health health = new Health();
        EmulatedMote mote = new EmulatedMote(0, packet -> { });
        Gateway gateway = Gateway.start(Config.parse("test", "config gateway\n\toption id gw-01\n"
            + "\toption data_dir '" + args[0] + "'\nconfig mesh\n\toption link tcp://127.0.0.1:" + mote.port()
            + "\nconfig broker\n\toption listen 127.0.0.1:0\n"), health);
        try {
            Await.until("the prefix", 30, mote::isConfigured);
            mote.send(UdpPacket.encode(node, 5683, Ipv6Address.of(0xfd00_0000_0000_0000L, 1),
                Integer.parseInt(args[1]), HexFormat.of().parseHex(args[2])));
            Await.until("the reading", 30, () -> health.value(Counter.READINGS_ACCEPTED) == 1);
        } finally {
            gateway.close();
            mote.close();
        }
    }
}
