package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the TLS settings of one upstream from its PEM files (RFC 7468). The broker's certificate is checked against
 * the CA file, or against the JVM's authorities, and its name against the host in the configuration. No part of a key
 * file is ever in a message.
 */
public final class TlsFiles {
    /** The JDK's own store, in memory only: PKCS#12 would encrypt the key, which is slow on small machines. */
    private static final String STORE_TYPE = "JKS";
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    private TlsFiles() {
    }

    /**
     * The settings that these files make.
     *
     * @param caFile {@code null} for the JVM's authorities
     * @param certFile {@code null} where no certificate of ours is to be shown
     * @throws IOException if a file cannot be read or used; the message names option and file
     */
    public static MqttClientSslConfig read(Path caFile, Path certFile, Path keyFile, int timeoutS) throws IOException {
        return MqttClientSslConfig.builder()
            .trustManagerFactory(caFile == null ? null : trust(caFile))
            .keyManagerFactory(certFile == null ? null : keys(certFile, keyFile))
            .handshakeTimeout(timeoutS, TimeUnit.SECONDS)
            .build();
    }

    private static TrustManagerFactory trust(Path caFile) throws IOException {
        try {
            KeyStore store = emptyStore();
            int i = 0;
            for (Certificate certificate : certificates("ca_file", caFile)) {
                store.setCertificateEntry("ca" + i++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("cannot use ca_file " + caFile + ": " + unusable.getMessage(), unusable);
        }
    }

    private static KeyManagerFactory keys(Path certFile, Path keyFile) throws IOException {
        Certificate[] chain = certificates("cert_file", certFile).toArray(new Certificate[0]);
        PrivateKey key = key(keyFile, chain[0].getPublicKey().getAlgorithm());
        try {
            KeyStore store = emptyStore();
            char[] none = new char[0];
            store.setKeyEntry("client", key, none, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, none);
            return factory;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("cannot use cert_file " + certFile + " with key_file " + keyFile, unusable);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String option, Path file) throws IOException {
        byte[] pem = CloudAccess.read(option, file);
        Collection<? extends Certificate> found;
        try {
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        } catch (CertificateException broken) {
            throw new IOException(option + " " + file + " holds a damaged certificate", broken);
        }
        if (found.isEmpty()) {
            throw new IOException(option + " " + file + " holds no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    /** @param algorithm of the certificate's key: RSA or EC */
    private static PrivateKey key(Path file, String algorithm) throws IOException {
        String pem = new String(CloudAccess.read("key_file", file), StandardCharsets.ISO_8859_1);
        int begin = pem.indexOf(KEY_BEGIN);
        int end = pem.indexOf(KEY_END, begin + 1);
        if (begin < 0 || end < 0) {
            throw new IOException("key_file " + file + " holds no PKCS#8 key without a password (" + KEY_BEGIN
                + "); 'openssl pkcs8 -topk8 -nodes' makes one of others");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            // The cause may quote the key.
            throw new IOException("key_file " + file + " is damaged or does not belong to the certificate, which has "
                + algorithm + " keys");
        }
    }
}
