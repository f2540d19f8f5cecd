package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ours against the JDK's. */
class Sha256Test {
    private static byte[] ofTheJdk(byte[] message) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(message);
    }

    @Test
    void everyLengthAroundABlockHasTheHashOfTheJdk() throws Exception {
        for (int length = 0; length <= 200; length++) {
            byte[] message = new byte[length];
            new Random(length).nextBytes(message);
            Sha256 ours = new Sha256();
            ours.update(message);
            assertArrayEquals(ofTheJdk(message), ours.digest(), "of " + length + " bytes");
        }
    }

    @Test
    void whatIsAddedInPiecesHasTheSameHash() throws Exception {
        Random random = new Random(20260);
        for (int round = 0; round < 200; round++) {
            ByteBuffer all = ByteBuffer.allocate(2000);
            Sha256 ours = new Sha256();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                byte[] piece = new byte[random.nextInt(150)];
                random.nextBytes(piece);
                all.put(piece);
                ours.update(piece);
                if (random.nextBoolean()) {
                    long number = random.nextLong();
                    all.putLong(number);
                    ours.update(number);
                }
            }
            byte[] message = new byte[all.position()];
            all.flip().get(message);
            assertArrayEquals(ofTheJdk(message), ours.digest(), "in round " + round);
        }
    }
}
