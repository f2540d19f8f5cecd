package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.reading.Eui64;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code send} sub-command: a command to a node, and what becomes of it. */
public final class Send {
    private static final String HELP =
        "Usage: slipway send [--config FILE] [--hex] [--wait] [--timeout S] [--ttl S] NODE SERVICE [PAYLOAD]\n"
        + "       slipway send [...] --file FILE NODE SERVICE\n"
        + "\n"
        + "Gives the gateway that runs on this machine a command to a node, as if it were published on the LAN, and\n"
        + "says what becomes of it: queued, sent, answered, refused, failed or expired, see docs/commands.md.\n"
        + "\n"
        + "NODE is the node's EUI-64, 16 hexadecimal digits, or its name in the configuration. SERVICE is udp/PORT,\n"
        + "coap/get/PATH (or put, post, delete), or forget. PAYLOAD is text; without it nothing is in the message.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --hex          PAYLOAD is hexadecimal digits\n"
        + "  --file FILE    the payload is what this file holds, at most 3000 bytes\n"
        + "  --wait         until it is done: sent by UDP, answered by CoAP, or failed\n"
        + "  --timeout S    to wait so many seconds at most (default 60)\n"
        + "  --ttl S        the command may wait in the gateway so many seconds\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0 if it is queued, with --wait if it is done; 1 if it was refused or failed, if nothing is\n"
        + "known of it in time, or if no gateway answers; 2 if the arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int LONGEST = 3000;
    private static final int POLL_MS = 100;

    private final AskedGateway gateway;
    private final PrintStream out;
    private final PrintStream err;
    /** Behind the gateway's root, in hexadecimal digits. */
    private final String topic;
    private final boolean isUdp;

    private Send(AskedGateway gateway, String topic, boolean isUdp, PrintStream out, PrintStream err) {
        this.gateway = gateway;
        this.topic = hex(topic.getBytes(StandardCharsets.UTF_8));
        this.isUdp = isUdp;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code send}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("send", args, "--config --file --timeout --ttl", "--hex --wait", 3);
            List<String> words = options.words();
            if (words.size() < 2 || words.size() == 3 && options.has("--file")) {
                throw new UsageException("NODE and SERVICE are needed, and PAYLOAD or --file FILE if there is one; see"
                    + " slipway send --help");
            }
            byte[] payload = payload(options, words.size() == 3 ? words.get(2) : "");
            long timeoutMs = (long) (options.positive("--timeout", 60) * 1000);
            String parameters = "id=cli-" + Long.toHexString(new SecureRandom().nextLong())
                + (options.has("--ttl") ? "&ttl=" + (long) options.positive("--ttl", 0) : "");
            AskedGateway gateway = AskedGateway.of(options);
            String node = node(gateway, words.get(0));
            Send send = new Send(gateway, node + "/down/" + parameters + "/" + words.get(1),
                words.get(1).startsWith("udp/"), out, err);
            return send.give(payload) ? send.await(options.has("--wait"), timeoutMs) : FAILED;
        } catch (UsageException wrong) {
            err.println("slipway send: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway send: " + FileProblem.withName(failed));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private static byte[] payload(Options options, String word) throws UsageException, ConfigException, IOException {
        byte[] payload = options.has("--file") ? Files.readAllBytes(FileProblem.named(options.value("--file", "")))
            : options.has("--hex") ? bytes(word) : word.getBytes(StandardCharsets.UTF_8);
        if (payload.length > LONGEST) {
            throw new UsageException("the payload has " + payload.length + " bytes, more than the " + LONGEST
                + " that go this way; publish it on the LAN broker");
        }
        return payload;
    }

    private static byte[] bytes(String hex) throws UsageException {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < hex.length(); i++) {
            int digit = hex.charAt(i) < 0x80 ? Character.digit(hex.charAt(i), 16) : -1;
            if (digit < 0 || hex.length() % 2 != 0) {
                throw new UsageException("PAYLOAD is '" + hex + "'; expected pairs of hexadecimal digits");
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | digit);
        }
        return bytes;
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte one : bytes) {
            hex.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
        }
        return hex.toString();
    }

    private static String node(AskedGateway gateway, String word) throws UsageException, IOException {
        Eui64 eui = Eui64.parse(word);
        if (eui != null) {
            return eui.toString();
        }
        for (JsonView node : gateway.status().list("nodes")) {
            if (node.text("name").equals(word)) {
                return node.text("node");
            }
        }
        throw new UsageException("NODE is '" + word + "'; expected 16 hexadecimal digits, or the name of a node that"
            + " the gateway knows (slipway nodes)");
    }

    private boolean give(byte[] payload) throws IOException {
        if (gateway.text("send " + topic + " " + hex(payload)).equals("+")) {
            return true;
        }
        err.println("slipway send: this is no command that a node can get; see slipway send --help");
        return false;
    }

    /** @param toTheEnd whether to wait for more than the first word */
    private int await(boolean toTheEnd, long timeoutMs) throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + timeoutMs * 1_000_000L;
        int seen = 0;
        do {
            String answer = gateway.text("sent " + topic);
            if (!answer.startsWith("+")) {
                throw new IOException("the gateway knows nothing of the command any more");
            }
            while (answer.indexOf('\n', seen + 1) > 0) {
                int end = answer.indexOf('\n', seen + 1);
                JsonView report = JsonView.of(answer.substring(seen + 1, end).getBytes(StandardCharsets.UTF_8));
                seen = end;
                int status = say(report);
                if (status >= 0 || !toTheEnd) {
                    return Math.max(0, status);
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } while (System.nanoTime() - untilNs < 0);
        err.println("slipway send: nothing more is known after " + timeoutMs / 1000 + " s; it may still go");
        return FAILED;
    }

    /** Says what a report says; the exit status where it is the last, or else -1. */
    private int say(JsonView report) {
        String state = report.text("state");
        StringBuilder line = new StringBuilder(state);
        if (report.has("code")) {
            line.append(' ').append(report.text("code"));
        }
        if (report.has("reason")) {
            line.append(": ").append(report.text("reason"));
        }
        if (report.has("durable")) {
            line.append(", in memory only: the disk refuses to write");
        }
        if (report.has("value") || report.has("hex")) {
            line.append(": ").append(report.has("value") ? report.text("value") : "0x" + report.text("hex"));
        }
        out.println(line);
        out.flush();
        switch (state) {
            case "queued":
                return -1;
            case "sent":
                return isUdp ? 0 : -1;
            case "answered":
                // CoAP's codes for what went wrong begin with 4 and 5 (RFC 7252 section 5.9).
                return report.text("code").startsWith("4") || report.text("code").startsWith("5") ? FAILED : 0;
            default:
                return FAILED;
        }
    }
}
