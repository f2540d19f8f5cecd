package io.slipway.cli;

import io.slipway.config.UpstreamConfig;
import io.slipway.upstream.CloudProbe;

/** Whether a cloud broker can be reached, or at which step not. */
final class UpstreamCheck {
    private UpstreamCheck() {
    }

    /** @param status of the gateway that runs; {@code null} where none does */
    static void look(UpstreamConfig upstream, String gatewayId, int ms, JsonView status, Findings findings) {
        String about = "upstream " + upstream.name;
        if (status != null && status.object("states").text(about).startsWith("connected")) {
            findings.good(about, upstream.broker + ", connected");
            return;
        }
        CloudProbe probe = CloudProbe.of(upstream, gatewayId, ms);
        if (probe.step == CloudProbe.Step.DONE) {
            findings.good(about, upstream.broker + " " + probe.said);
        } else {
            findings.bad(about, probe.said, advice(probe.step, upstream));
        }
    }

    private static String advice(CloudProbe.Step step, UpstreamConfig upstream) {
        switch (step) {
            case FILES:
                return "correct the option, or put the file there for the gateway's user to read";
            case NAME:
                return "is there a way to the Internet and a name server (nslookup " + upstream.broker.host
                    + ")? Is the name in option url right?";
            case TCP:
                return "is the broker up, is the port right, does a firewall lie between?";
            case TLS:
                return "does ca_file hold who signed the broker's certificate, is the name in option url the one in it,"
                    + " is the clock set, and is it a TLS port?";
            default:
                return "ask who runs the broker; username, password_file, client_id and mqtt of the section are what it"
                    + " sees, and here '-doctor' stands behind the client id";
        }
    }
}
