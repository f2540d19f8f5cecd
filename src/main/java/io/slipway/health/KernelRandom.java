package io.slipway.health;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * Random numbers that nobody can guess, from the kernel. SecureRandom has them from there too, but loads 60 classes of
 * security providers and their tables for it, which a start on an interpreter cannot afford. Any thread.
 */
public final class KernelRandom {
    private KernelRandom() {
    }

    /** 64 bits. */
    public static long next() {
        try (DataInputStream random = new DataInputStream(new FileInputStream("/dev/urandom"))) {
            return random.readLong();
        } catch (IOException absent) {
            return new SecureRandom().nextLong();
        }
    }
}
