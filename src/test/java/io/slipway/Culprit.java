package io.slipway;

import com.fazecast.jSerialComm.SerialPort;
import com.hivemq.client.mqtt.MqttClient;
import io.moquette.broker.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.DriverManager;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.sqlite.SQLiteConfig;

/** Does everything that is forbidden, so that each rule can be seen to catch it. Nobody runs it. */
final class Culprit {
    private Culprit() { }

    static void useLibraries() throws Exception {
        SerialPort.getCommPorts();
        MqttClient.builder();
        new Server().stopServer();
        DriverManager.getConnection("");
        new SQLiteConfig().toProperties();
        java.util.logging.Logger.getLogger("").info("");
    }

    static void useWhatIsSlow() throws InterruptedException {
        List.of("a").stream().count();
        Runnable lambda = () -> List.of();
        lambda.run();
        Thread.sleep(1);
        TimeUnit.SECONDS.sleep(1);
        String.format("%s", "a").matches("a");
        "a".replaceAll("a", "b");
        Pattern.compile("a").split("a");
        "a".split("a");
        "a".split("a", 1);
    }

    static void writeWhereNobodyReads() {
        System.out.println();
        System.err.println();
        new IllegalStateException().printStackTrace();
    }

    static void trustTheLocale() throws IOException {
        "a".toLowerCase().toUpperCase().getBytes();
        String text = new String(new byte[0]) + new String(new byte[0], 0, 0) + new ByteArrayOutputStream().toString();
        new FileReader(text).close();
        new FileWriter(text).close();
        new InputStreamReader(new ByteArrayInputStream(new byte[0])).close();
        new OutputStreamWriter(new ByteArrayOutputStream()).close();
        new PrintStream(new ByteArrayOutputStream()).close();
        new PrintWriter(new ByteArrayOutputStream()).close();
        new Scanner(new ByteArrayInputStream(new byte[0])).close();
    }
}
