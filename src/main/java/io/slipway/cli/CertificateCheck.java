package io.slipway.cli;

import io.slipway.config.UpstreamConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** How long the certificates of an upstream are good. */
final class CertificateCheck {
    private static final long DAY_MS = 86_400_000L;
    private static final int SOON_DAYS = 30;

    private CertificateCheck() {
    }

    static void look(UpstreamConfig upstream, Findings findings) {
        look("ca_file of upstream " + upstream.name, upstream.caFile, findings);
        look("cert_file of upstream " + upstream.name, upstream.certFile, findings);
    }

    private static void look(String about, Path file, Findings findings) {
        if (file == null) {
            return;
        }
        long now = System.currentTimeMillis();
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                X509Certificate certificate = (X509Certificate) one;
                long days = (certificate.getNotAfter().getTime() - now) / DAY_MS;
                if (certificate.getNotAfter().getTime() < now) {
                    findings.bad(about, "ended " + Age.since(certificate.getNotAfter().getTime(), now),
                        "get a new one, or set the clock if it is wrong");
                } else if (certificate.getNotBefore().getTime() > now) {
                    findings.bad(about, "is not good yet", "is the clock set? It must be for TLS");
                } else if (days < SOON_DAYS) {
                    findings.unwise(about, "ends in " + days + " days", "get a new one");
                } else {
                    findings.good(about, "is good for " + days + " days");
                }
            }
        } catch (IOException | CertificateException said) {
            // The upstream's own check names the file.
        }
    }
}
