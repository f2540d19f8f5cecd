package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.OpenSsl;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways that check each other's certificates, made by openssl: {@code gw-01} connects to {@code gw-02}. */
class PeerCertificateTest {
    private static final String SERVER = "extendedKeyUsage=serverAuth,clientAuth";
    private static final String CLIENT = "extendedKeyUsage=clientAuth";

    @TempDir
    Path directory;
    private OpenSsl openSsl;
    private SyncGateway one;
    private SyncGateway two;

    @BeforeEach
    void gateways() throws Exception {
        openSsl = new OpenSsl(directory).authority("ca").authority("otherca");
        openSsl.certified("gw-02", "EC", "ca", SERVER);
        one = new SyncGateway(directory, "gw-01");
        two = new SyncGateway(directory, "gw-02");
        two.with("option certificate '" + openSsl.file("gw-02.pem") + "'",
            "option key_file '" + openSsl.file("gw-02.key") + "'",
            "option client_ca_file '" + openSsl.file("ca.pem") + "'", "option client_certificate 'required'");
        one.section("config peer", "option id 'gw-02'", "option url 'tcp+tls://127.0.0.1:" + two.port + "'");
    }

    @AfterEach
    void end() throws Exception {
        one.close();
        two.close();
    }

    private void shows(String certificate) {
        one.with("option certificate '" + openSsl.file(certificate + ".pem") + "'",
            "option key_file '" + openSsl.file(certificate + ".key") + "'");
    }

    private void startBoth() throws Exception {
        two.start();
        one.start();
    }

    private static void awaitUp(SyncGateway at) {
        Await.until(at.id + " to reach the other", 120, () -> at.status().contains("\"state\":\"up\""));
    }

    private static void awaitRefused(SyncGateway at, String why) throws Exception {
        Await.until(at.id + " to refuse, because " + why, 120, () -> at.status().contains(why));
        assertFalse(at.log().contains("is up"), at.log());
        assertFalse(at.status().contains("\"state\":\"up\""));
    }

    @Test
    void theRightCertificatesLetEachOtherIn() throws Exception {
        openSsl.certified("gw-01", "EC", "ca", CLIENT);
        shows("gw-01");
        one.with("option ca_file '" + openSsl.file("ca.pem") + "'");
        startBoth();
        awaitUp(one);
        awaitUp(two);
        one.publish(10);
        Await.until("readings", 120, () -> two.cli(0, "export", "--origin", "gw-01").lines().count() == 10);
    }

    @Test
    void aDnsNameOfTheCertificateWillDoAsItsName() throws Exception {
        openSsl.certified("somebody", "RSA", "ca", "subjectAltName=DNS:gw-07,DNS:gw-01");
        shows("somebody");
        startBoth();
        awaitUp(two);
    }

    @Test
    void whoShowsNoneIsTurnedAwayAndBothSayIt() throws Exception {
        startBoth();
        awaitRefused(two, "no connection from another gateway: TLS: ");
        awaitRefused(one, "no connection to 'gw-02': TLS: ");
    }

    @Test
    void oneOfAnotherAuthorityIsTurnedAway() throws Exception {
        openSsl.certified("gw-01", "EC", "otherca", CLIENT);
        shows("gw-01");
        startBoth();
        awaitRefused(two, "no connection from another gateway: TLS: ");
    }

    @Test
    void oneThatHasExpiredIsTurnedAway() throws Exception {
        openSsl.certified("gw-01", "EC", "ca", CLIENT, -1);
        shows("gw-01");
        startBoth();
        awaitRefused(two, "no connection from another gateway: TLS: ");
        assertTrue(two.status().contains("validity check failed") || two.status().contains("expired"), two::log);
    }

    @Test
    void thatOfAnotherMemberIsTurnedAway() throws Exception {
        openSsl.certified("gw-03", "EC", "ca", CLIENT);
        shows("gw-03");
        startBoth();
        awaitRefused(two, "its certificate is not that of 'gw-01'");
    }

    @Test
    void aListenerOfAnotherAuthorityIsNotSpokenTo() throws Exception {
        openSsl.certified("gw-01", "EC", "ca", CLIENT);
        shows("gw-01");
        one.with("option ca_file '" + openSsl.file("otherca.pem") + "'");
        startBoth();
        awaitRefused(one, "no connection to 'gw-02': TLS: ");
    }

    @Test
    void aListenerWithAnotherMembersCertificateIsNotSpokenTo() throws Exception {
        openSsl.certified("gw-01", "EC", "ca", CLIENT);
        openSsl.certified("gw-09", "EC", "ca", SERVER);
        shows("gw-01");
        one.with("option ca_file '" + openSsl.file("ca.pem") + "'");
        two.with("option certificate '" + openSsl.file("gw-09.pem") + "'",
            "option key_file '" + openSsl.file("gw-09.key") + "'");
        startBoth();
        awaitRefused(one, "its certificate is not that of 'gw-02'");
    }

    @Test
    void aFileThatIsNoneIsAnErrorAtTheStart() throws Exception {
        one.with("option ca_file '" + openSsl.file("gw-02.key") + "'");
        String said = one.startFailing();
        assertTrue(said.contains("cluster: ca_file " + openSsl.file("gw-02.key") + " holds no certificate"), said);
    }
}
