package io.slipway.security;

import io.slipway.config.FileProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Reads certificates and keys out of PEM files (RFC 7468); other things in a file are passed over, so that a key and
 * its certificate may share one. Messages name the option and the file, and never show a part of a key.
 */
public final class PemFiles {
    /** The JDK's own store, in memory only: PKCS#12 would encrypt the key, which is slow on small machines. */
    private static final String STORE_TYPE = "JKS";
    private static final String CERTIFICATE = "CERTIFICATE-----";
    private static final String KEY = "PRIVATE KEY-----";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";

    private PemFiles() {
    }

    /**
     * The authorities that a peer's certificate has to come from.
     *
     * @param option what the configuration calls the file
     */
    public static TrustManagerFactory trust(String option, Path file) throws IOException {
        try {
            KeyStore store = emptyStore();
            int i = 0;
            for (X509Certificate certificate : certificates(option, file)) {
                store.setCertificateEntry("ca" + i++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("cannot use " + option + " " + file + ": " + unusable.getMessage(), unusable);
        }
    }

    /** A certificate, with those between it and its authority behind it in the file, and its key. */
    public static KeyManagerFactory keys(String option, Path certFile, String keyOption, Path keyFile)
            throws IOException {
        X509Certificate[] chain = certificates(option, certFile).toArray(new X509Certificate[0]);
        PrivateKey key = key(keyOption, keyFile, chain[0].getPublicKey().getAlgorithm());
        try {
            KeyStore store = emptyStore();
            char[] none = new char[0];
            store.setKeyEntry("own", key, none, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, none);
            return factory;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("cannot use " + option + " " + certFile + " with " + keyOption + " " + keyFile,
                unusable);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(STORE_TYPE);
        store.load(null, null);
        return store;
    }

    /** All certificates of a file, in its order; at least one. */
    static List<X509Certificate> certificates(String option, Path file) throws IOException {
        String pem = read(option, file);
        List<X509Certificate> found = new ArrayList<>();
        try {
            byte[] der = block(pem, CERTIFICATE, 0);
            while (der != null) {
                found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der)));
                der = block(pem, CERTIFICATE, found.size());
            }
        } catch (CertificateException | IllegalArgumentException broken) {
            throw new IOException(option + " " + file + " holds a damaged certificate", broken);
        }
        if (found.isEmpty()) {
            throw new IOException(option + " " + file + " holds no certificate (" + BEGIN + CERTIFICATE + ")");
        }
        return found;
    }

    /** @param algorithm of the certificate's key: RSA or EC */
    private static PrivateKey key(String option, Path file, String algorithm) throws IOException {
        String pem = read(option, file);
        try {
            byte[] der = block(pem, KEY, 0);
            if (der != null) {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            }
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            // The cause may quote the key.
            throw new IOException(option + " " + file + " is damaged or does not belong to the certificate, which has "
                + algorithm + " keys");
        }
        throw new IOException(option + " " + file + " holds no PKCS#8 key without a password (" + BEGIN + KEY
            + "); 'openssl pkcs8 -topk8 -nodes' makes one of others");
    }

    /** What stands between the lines of a kind, decoded. @return {@code null} where there are not that many of it */
    private static byte[] block(String pem, String kind, int index) {
        int begin = -1;
        for (int i = 0; i <= index; i++) {
            begin = pem.indexOf(BEGIN + kind, begin + 1);
            if (begin < 0) {
                return null;
            }
        }
        int body = begin + BEGIN.length() + kind.length();
        int end = pem.indexOf(END + kind, body);
        if (end < 0) {
            throw new IllegalArgumentException("no end");
        }
        return Base64.getMimeDecoder().decode(pem.substring(body, end));
    }

    private static String read(String option, Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new IOException(option + " " + file + ": " + FileProblem.of(unreadable), unreadable);
        }
    }
}
