package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.reading.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One attempt to reach a cloud broker, step by step, to say at which it fails: the files, the name, TCP, TLS, MQTT. It
 * goes under a client id of its own, so a gateway that is connected stays so. Immutable.
 */
public final class CloudProbe {
    /** How far it came. */
    public enum Step {
        /** The password and the certificates could not be read. */
        FILES,
        /** The host's name has no address. */
        NAME,
        /** Nobody answers at the port. */
        TCP,
        /** There is no encrypted connection. */
        TLS,
        /** Nothing that is MQTT comes back. */
        MQTT,
        /** The broker says no. */
        REFUSED,
        /** The broker takes us. */
        DONE
    }

    private static final int CONNACK = 0x20;
    private static final int KEEP_ALIVE_S = 30;

    /** Where it failed. */
    public final Step step;
    /** What was found there, for people. */
    public final String said;

    private CloudProbe(Step step, String said) {
        this.step = step;
        this.said = said;
    }

    /**
     * Tries, and hangs up again. Blocks for the time-out at most in each step.
     *
     * @param timeoutMs for each of the steps
     */
    public static CloudProbe of(UpstreamConfig config, String gatewayId, int timeoutMs) {
        CloudAccess access;
        try {
            access = new CloudAccess(config, gatewayId, new Topics(gatewayId));
        } catch (IOException unusable) {
            return new CloudProbe(Step.FILES, unusable.getMessage());
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(config.broker.host);
        } catch (UnknownHostException unknown) {
            return new CloudProbe(Step.NAME, "the name " + config.broker.host + " has no address here");
        }
        try (Socket socket = new Socket()) {
            long beganNs = System.nanoTime();
            try {
                socket.connect(new InetSocketAddress(address, config.broker.port), timeoutMs);
                socket.setSoTimeout(timeoutMs);
            } catch (IOException failed) {
                return new CloudProbe(Step.TCP, address.getHostAddress() + " port " + config.broker.port + ": "
                    + reason(failed));
            }
            return config.tls ? encrypted(access, socket, beganNs) : greet(access, socket, beganNs);
        } catch (IOException failed) {
            return new CloudProbe(Step.MQTT, reason(failed));
        }
    }

    private static CloudProbe encrypted(CloudAccess access, Socket plain, long beganNs) throws IOException {
        try (SSLSocket socket = (SSLSocket) context(access).getSocketFactory().createSocket(plain,
                access.config.broker.host, access.config.broker.port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            try {
                socket.startHandshake();
            } catch (IOException failed) {
                return new CloudProbe(Step.TLS, reason(failed));
            }
            return greet(access, socket, beganNs);
        } catch (GeneralSecurityException unusable) {
            return new CloudProbe(Step.TLS, String.valueOf(unusable.getMessage()));
        }
    }

    private static SSLContext context(CloudAccess access) throws GeneralSecurityException {
        KeyManagerFactory keys = access.tls.getKeyManagerFactory().orElse(null);
        TrustManagerFactory trust = access.tls.getTrustManagerFactory().orElse(null);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(),
            trust == null ? null : trust.getTrustManagers(), null);
        return context;
    }

    private static CloudProbe greet(CloudAccess access, Socket socket, long beganNs) throws IOException {
        UpstreamConfig config = access.config;
        socket.getOutputStream().write(ConnectPacket.of(config.mqtt5, access.clientId + "-doctor", KEEP_ALIVE_S,
            config.username, access.password));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        int type = in.read();
        int length = in.read();
        int flags = in.read();
        int code = in.read();
        if (type < 0 || code < 0) {
            return new CloudProbe(Step.MQTT, "the broker hung up without an answer");
        }
        if (type != CONNACK || length < 2 || flags > 1) {
            return new CloudProbe(Step.MQTT, "what answers there is no MQTT broker");
        }
        return code == 0 ? new CloudProbe(Step.DONE, "answers within " + (System.nanoTime() - beganNs) / 1_000_000
            + " ms") : new CloudProbe(Step.REFUSED, refusal(code));
    }

    /** The return codes of MQTT 3.1.1 (section 3.2.2.3) and the reason codes of MQTT 5 (section 3.2.2.2). */
    private static String refusal(int code) {
        switch (code) {
            case 1:
            case 0x84:
                return "the broker does not speak this version of MQTT";
            case 2:
            case 0x85:
                return "the broker does not like the client id";
            case 3:
            case 0x88:
            case 0x89:
                return "the broker is not ready";
            case 4:
            case 0x86:
                return "the broker refuses the user name or the password";
            case 5:
            case 0x87:
                return "the broker refuses this client: not authorized";
            case 0x8a:
                return "the broker has banned this client";
            case 0x9f:
                return "the broker refuses so many connections";
            default:
                return "the broker refuses with code 0x" + Integer.toHexString(code);
        }
    }

    private static String reason(IOException failed) {
        if (failed instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        Throwable cause = failed;
        while (failed instanceof SSLException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }
}
