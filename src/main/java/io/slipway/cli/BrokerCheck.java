package io.slipway.cli;

import io.slipway.config.BrokerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Whether the broker's port can be had, or answers. */
final class BrokerCheck {
    private static final String ABOUT = "broker";
    private static final int CONNECT_MS = 2000;

    private BrokerCheck() {
    }

    /** @param runs whether a gateway runs, whose port it is then */
    static void look(BrokerConfig broker, boolean runs, Findings findings) {
        if (broker.listen.port == 0) {
            findings.good(ABOUT, "takes any port that is free");
            return;
        }
        try {
            InetAddress address = InetAddress.getByName(broker.listen.host);
            if (runs) {
                answers(broker, address, findings);
                return;
            }
            try (ServerSocket probe = new ServerSocket()) {
                // As the broker does: connections of a gateway that has just ended are no hindrance.
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(address, broker.listen.port));
            }
            findings.good(ABOUT, "port " + broker.listen.port + " is free");
        } catch (IOException failed) {
            findings.bad(ABOUT, "cannot listen on " + broker.listen + ": " + failed.getMessage(), "another program may"
                + " have the port, often mosquitto: netstat -lntp says which; stop it, or set listen of config broker");
        }
    }

    private static void answers(BrokerConfig broker, InetAddress address, Findings findings) {
        InetAddress to = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(to, broker.listen.port), CONNECT_MS);
            findings.good(ABOUT, "listens on " + broker.listen);
        } catch (IOException refused) {
            findings.bad(ABOUT, "does not answer on " + broker.listen + ": " + refused.getMessage(),
                "was the configuration changed since the gateway was started? Start it anew");
        }
    }
}
