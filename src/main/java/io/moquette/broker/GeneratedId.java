package io.moquette.broker;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.UUID;

/** The identifier of a client that has none of its own. */
final class GeneratedId {
    private GeneratedId() {
    }

    /**
     * 32 hexadecimal digits that nobody can guess: who could would end the client's session with it. From the kernel,
     * because the JDK's random identifiers load its security providers. Any thread.
     */
    static String next() {
        try (DataInputStream random = new DataInputStream(new FileInputStream("/dev/urandom"))) {
            return digits(random.readLong()) + digits(random.readLong());
        } catch (IOException absent) {
            return UUID.randomUUID().toString().replace("-", "");
        }
    }

    private static String digits(long number) {
        char[] digits = new char[16];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = Character.forDigit((int) (number >>> (60 - 4 * i)) & 15, 16);
        }
        return new String(digits);
    }
}
