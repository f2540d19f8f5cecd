package io.slipway.replication;

import io.netty.handler.ssl.SslHandler;
import io.slipway.config.ClusterConfig;
import java.io.IOException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** TLS between gateways: the certificate proves nothing by itself, the introduction binds it to the password. */
final class TcpTls {
    TcpTls(ClusterConfig config) throws IOException {
        if (config.certFile != null) {
            throw new IOException("config cluster: TLS is not there yet");
        }
    }

    SslHandler handler(boolean server) {
        throw new IllegalStateException();
    }

    byte[] ownFingerprint() {
        return new byte[32];
    }

    /** SHA-256 of the certificate that the other end showed. */
    static byte[] fingerprint(SSLSession session) throws SSLPeerUnverifiedException {
        try {
            return TcpWay.sha256(session.getPeerCertificates()[0].getEncoded());
        } catch (java.security.cert.CertificateEncodingException unreadable) {
            throw new SSLPeerUnverifiedException(unreadable.getMessage());
        }
    }
}
