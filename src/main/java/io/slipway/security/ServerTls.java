package io.slipway.security;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.slipway.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.tinylog.Logger;

/**
 * TLS as a server: versions 1.2 and 1.3 where the JVM has it, keys agreed anew for each connection, authenticated
 * encryption only (RFC 9325 sections 3.1.1 and 4.2). ChaCha20 is among them for
 * processors without AES. Connections keep the certificate that they began with. Any thread.
 */
public final class ServerTls {
    /** The own certificate and its key, within the data directory. */
    private static final String OWN_FILE = "tls.pem";
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final List<String> CIPHERS = Arrays.asList(
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    /** Tickets and session ids that are remembered: each costs memory, and saves a client a signature. */
    private static final int SESSIONS = 256;
    private static final int SESSION_S = 3600;
    /** A handshake of an interpreter on a busy router takes seconds. */
    private static final int HANDSHAKE_MS = 20_000;

    static {
        // A client could keep the processor busy with handshakes on one connection. The JDK looks at it with the first
        // handshake of a server.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final Path ownFile;
    private final String name;
    private volatile SslContext context;

    /**
     * Reads the files, and makes the own certificate where the configuration asks for one and there is none.
     *
     * @param config with a certificate
     * @param dataDir where the own certificate is kept; must exist
     * @param name the gateway's id
     * @throws IOException if a file cannot be read, used or made; the message names option and file
     */
    public ServerTls(TlsConfig config, Path dataDir, String name) throws IOException {
        this.ownFile = dataDir.resolve(OWN_FILE);
        this.name = name;
        use(read(config));
    }

    /**
     * Reads files again, or others, for {@link #use}; nothing changes yet.
     *
     * @throws IOException if one cannot be read, used or made; the message names option and file
     */
    public SslContext read(TlsConfig config) throws IOException {
        Path certificate = config.auto ? ownFile : config.certificate;
        Path key = config.auto ? ownFile : config.keyFile;
        if (config.auto && !Files.exists(ownFile)) {
            OwnCertificate.make(ownFile, name);
            Logger.info("A certificate was made: {}", ownFile);
        }
        SslContextBuilder builder = SslContextBuilder
            .forServer(PemFiles.keys("certificate", certificate, "key_file", key))
            .sslProvider(SslProvider.JDK)
            .protocols(versions())
            .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .sessionCacheSize(SESSIONS)
            .sessionTimeout(SESSION_S);
        if (config.clientCaFile != null) {
            builder.trustManager(PemFiles.trust("client_ca_file", config.clientCaFile))
                .clientAuth(config.clientCertificateRequired ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        SslContext made = builder.build();
        Logger.info("The certificate {} has the SHA-256 fingerprint {}", certificate, fingerprint(certificate));
        return made;
    }

    /** From now on new connections get this. */
    public void use(SslContext fresh) {
        context = fresh;
    }

    /** The first handler of a new connection. It closes connections whose handshake takes more than 20 s. */
    public SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MS);
        return handler;
    }

    /**
     * Whom the client's certificate names: its subject's common name.
     *
     * @param handler whose handshake is done
     * @return {@code null} where the client showed no certificate, or one without a common name
     */
    public static String user(SslHandler handler) {
        try {
            X509Certificate shown = (X509Certificate) handler.engine().getSession().getPeerCertificates()[0];
            return commonName(shown.getSubjectX500Principal().getName());
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    private static String commonName(String subject) {
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String) {
                    return (String) part.getValue();
                }
            }
        } catch (InvalidNameException unreadable) {
            // Then it names nobody.
        }
        return null;
    }

    /** An old JVM does not know TLS 1.3. */
    private static List<String> versions() throws IOException {
        try {
            List<String> supported =
                Arrays.asList(SSLContext.getDefault().getSupportedSSLParameters().getProtocols());
            List<String> both = new ArrayList<>(Arrays.asList(VERSIONS));
            both.retainAll(supported);
            return both;
        } catch (GeneralSecurityException none) {
            throw new IOException("this Java has no TLS: " + none.getMessage(), none);
        }
    }

    private static String fingerprint(Path certificate) throws IOException {
        try {
            Certificate first = PemFiles.certificates("certificate", certificate).get(0);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(first.getEncoded());
            StringBuilder hex = new StringBuilder();
            for (byte b : digest) {
                hex.append(hex.length() == 0 ? "" : ":")
                    .append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
            return hex.toString();
        } catch (GeneralSecurityException missing) {
            throw new IOException("this Java lacks SHA-256", missing);
        }
    }
}
