package io.slipway.upstream;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Says in one line for people why a connection failed. */
public final class Failures {
    private Failures() {
    }

    /** The innermost cause, which is the one that names the host, the certificate or the system's error. */
    public static String text(Throwable failure) {
        Throwable cause = failure;
        boolean tls = failure instanceof SSLException;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
            tls |= cause instanceof SSLException;
        }
        if (cause instanceof ConnectionClosedException) {
            return "the broker closed the connection";
        }
        String message = cause.getMessage();
        if (message == null) {
            message = cause.getClass().getSimpleName();
        } else if (cause instanceof UnknownHostException) {
            message = "unknown host " + message;
        }
        return tls ? "TLS: " + message : message;
    }
}
