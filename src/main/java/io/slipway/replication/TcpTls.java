package io.slipway.replication;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.slipway.config.ClusterConfig;
import io.slipway.security.PemFiles;
import io.slipway.security.ServerTls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS between gateways. The end that listens shows a certificate, mostly one that it made itself. That proves nothing
 * yet: the introduction binds it to the password, so that whoever stands between, with another one, is found out, and
 * a fingerprint in the configuration binds it to the peer. Where there are authorities, each end checks the other's
 * certificate against its own, and that it is the member's: its common name, or a DNS name of it (RFC 5280 section
 * 4.2.1.6), is the member's id. The event loop only.
 */
final class TcpTls {
    private static final int HANDSHAKE_MS = 20_000;

    /** Lets any certificate pass; what it is worth is seen afterwards. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // See the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // See the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // See the class.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("this is the client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("this is the client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new IllegalStateException("this is the client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final int DNS_NAME = 2;

    private final ClusterConfig config;
    private final ServerTls server;
    private SslContext client;

    /** @throws IOException if a file of the configuration cannot be used, or the own certificate not be made */
    TcpTls(ClusterConfig config, Path directory, String name) throws IOException {
        this.config = config;
        server = config.listen != null && config.tls.isSet() ? new ServerTls(config.tls, directory, name) : null;
        if (config.caFile != null || config.tls.certificate != null) {
            // What is wrong with the files is to be said at the start.
            client = client();
        }
    }

    private SslContext client() throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (config.caFile == null) {
            builder.trustManager(new AnyCertificate());
        } else {
            builder.trustManager(PemFiles.trust("config cluster: ca_file", config.caFile));
        }
        if (config.tls.certificate != null) {
            builder.keyManager(PemFiles.keys("config cluster: certificate", config.tls.certificate,
                "config cluster: key_file", config.tls.keyFile));
        }
        return builder.build();
    }

    /**
     * Whether the other end's certificate has to be a member's, and is not that one's.
     *
     * @param handler of a connection whose handshake is done
     * @param accepted whether somebody opened it to us
     */
    boolean isAnothers(SslHandler handler, boolean accepted, String member) {
        if (accepted ? !config.tls.clientCertificateRequired : config.caFile == null) {
            return false;
        }
        try {
            X509Certificate shown = (X509Certificate) handler.engine().getSession().getPeerCertificates()[0];
            if (member.equals(ServerTls.user(handler))) {
                return false;
            }
            Collection<List<?>> names = shown.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(DNS_NAME) && member.equals(name.get(1))) {
                        return false;
                    }
                }
            }
            return true;
        } catch (SSLPeerUnverifiedException | CertificateParsingException unreadable) {
            return true;
        }
    }

    /** The first handler of a connection, of one that somebody opened to us where {@code accepted}. */
    SslHandler handler(ByteBufAllocator allocator, boolean accepted) throws IOException {
        if (accepted) {
            return server.handler(allocator);
        }
        if (client == null) {
            // Loaded with the first peer that has TLS.
            client = client();
        }
        SslHandler handler = client.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MS);
        return handler;
    }

    /** SHA-256 of the certificate of the end that listens, as both ends see it. */
    static byte[] fingerprint(SSLSession session, boolean listens) throws SSLPeerUnverifiedException {
        try {
            return MessageDigest.getInstance("SHA-256").digest((listens ? session.getLocalCertificates()
                : session.getPeerCertificates())[0].getEncoded());
        } catch (GeneralSecurityException unreadable) {
            throw new SSLPeerUnverifiedException(unreadable.getMessage());
        }
    }
}
