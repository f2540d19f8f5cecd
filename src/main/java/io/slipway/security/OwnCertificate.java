package io.slipway.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * A certificate that the gateway makes for itself and signs with its own key: ECDSA with P-256, X.509 version 3
 * (RFC 5280). It begins in 1970, for neither the gateway nor a client need know the time yet, and ends ten years after
 * it was made, at the end of that year, or ten years after this program was made, whichever is later.
 */
final class OwnCertificate {
    private static final int YEARS = 10;
    private static final long YEAR_MS = 31_556_952_000L;
    /** No certificate is made before this: a clock that says so is not set yet. */
    private static final int FIRST_YEAR = 2026;
    private static final int LAST_OF_UTC_TIME = 2049;

    private static final byte[] ECDSA_SHA256 =
        Der.element(Der.SEQUENCE, Der.id(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = Der.id(0x55, 0x04, 0x03);
    private static final byte[] TRUE = Der.bytes(0x01, 0x01, 0xff);
    private static final byte[] VERSION_3 = Der.bytes(0xa0, 0x03, 0x02, 0x01, 0x02);
    private static final int DNS_NAME = 0x82;
    private static final int EXTENSIONS = 0xa3;

    private OwnCertificate() {
    }

    /**
     * Makes a key and its certificate and writes both into a file of mode 0600. When this returns they survive a power
     * cut; before, the file is not there or whole.
     *
     * @param name who the certificate is for: the gateway's id, of ASCII without control characters
     */
    static void make(Path file, String name) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] pem = (pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + pem("CERTIFICATE", certificate(pair, name))).getBytes(StandardCharsets.US_ASCII);
            PrivateFile.replace(file, pem);
        } catch (GeneralSecurityException lacking) {
            throw new IOException("this Java cannot make a certificate of its own (" + lacking.getMessage()
                + "); make one elsewhere and name its files in 'certificate' and 'key_file'", lacking);
        }
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + kind + "-----\n";
    }

    /** RFC 5280 section 4.1. */
    private static byte[] certificate(KeyPair pair, String name) throws GeneralSecurityException {
        byte[] serial = new byte[9];
        new SecureRandom().nextBytes(serial);
        // Positive, and no byte of it to spare.
        serial[0] = (byte) (serial[0] & 0x7f | 0x40);
        byte[] who = Der.element(Der.SEQUENCE, Der.element(Der.SET,
            Der.element(Der.SEQUENCE, COMMON_NAME, Der.text(Der.UTF8_STRING, name))));
        byte[] body = Der.element(Der.SEQUENCE, VERSION_3, Der.element(Der.INTEGER, serial), ECDSA_SHA256, who,
            Der.element(Der.SEQUENCE, Der.text(Der.UTC_TIME, "700101000000Z"), end()), who,
            pair.getPublic().getEncoded(), extensions(name));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        return Der.element(Der.SEQUENCE, body, ECDSA_SHA256, Der.bits(0, signature.sign()));
    }

    /** The last day of a year: calendars read the rules of all time zones when they are loaded. */
    private static byte[] end() {
        int now = 1970 + (int) (System.currentTimeMillis() / YEAR_MS);
        int year = Math.max(now, FIRST_YEAR) + YEARS;
        return year > LAST_OF_UTC_TIME ? Der.text(Der.GENERALIZED_TIME, year + "1231235959Z")
            : Der.text(Der.UTC_TIME, year % 100 + "1231235959Z");
    }

    /** Not an authority; signs; a server; its names. */
    private static byte[] extensions(String name) {
        byte[] notAnAuthority = extension(0x13, true, Der.element(Der.SEQUENCE));
        byte[] signs = extension(0x0f, true, Der.bits(7, Der.bytes(0x80)));
        byte[] server = extension(0x25, false,
            Der.element(Der.SEQUENCE, Der.id(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01)));
        byte[] names = extension(0x11, false, Der.element(Der.SEQUENCE, Der.text(DNS_NAME, name),
            Der.text(DNS_NAME, name + ".local"), Der.text(DNS_NAME, "localhost")));
        return Der.element(EXTENSIONS, Der.element(Der.SEQUENCE, notAnAuthority, signs, server, names));
    }

    /** @param which the last number of the identifier: all of them are under 2.5.29 */
    private static byte[] extension(int which, boolean critical, byte[] value) {
        byte[] wrapped = Der.element(Der.OCTET_STRING, value);
        byte[] id = Der.id(0x55, 0x1d, which);
        return critical ? Der.element(Der.SEQUENCE, id, TRUE, wrapped) : Der.element(Der.SEQUENCE, id, wrapped);
    }
}
