package io.slipway.config;

import java.nio.file.Path;

/**
 * How a section that listens with TLS proves who it is, and asks clients to: {@code certificate}, {@code key_file},
 * {@code client_ca_file}, {@code client_certificate}. Immutable.
 */
public final class TlsConfig {
    private static final String AUTO = "auto";

    /** Whether the gateway makes a certificate of its own and keeps it in the data directory. */
    public final boolean auto;
    /** The certificate and those between it and its authority, PEM; {@code null} with {@link #auto} or where unset. */
    public final Path certificate;
    /** The certificate's key, PKCS#8 in PEM, without a password. Default: the file of the certificate. */
    public final Path keyFile;
    /** Authorities of client certificates, PEM; {@code null} where clients are not asked for any. */
    public final Path clientCaFile;
    /** Whether a client without a certificate is turned away. Default: it may log in with a password. */
    public final boolean clientCertificateRequired;

    TlsConfig(SectionReader in) {
        Path named = in.path("certificate", null);
        auto = named != null && named.toString().equals(AUTO);
        certificate = auto ? null : named;
        Path key = in.path("key_file", null);
        if (key != null && certificate == null) {
            in.wrong("key_file", "no such option, or the file of its certificate in 'certificate'");
        }
        keyFile = key == null ? certificate : key;
        clientCaFile = in.path("client_ca_file", null);
        clientCertificateRequired = in.choice("client_certificate", "optional", "required").equals("required");
        if (clientCertificateRequired && clientCaFile == null) {
            in.wrong("client_certificate", "the authorities of the clients in 'client_ca_file' beside it");
        }
    }

    /** Whether there is a certificate, so that TLS can be had. */
    public boolean isSet() {
        return auto || certificate != null;
    }
}
