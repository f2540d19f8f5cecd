package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Blocks that the store sealed are blocks that a peer can check. */
class ChainTest {
    @Test
    void theStoreAndAPeerWorkOutTheSameHash() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] before = new byte[16];
            byte[] payload = new byte[random.nextInt(100)];
            random.nextBytes(before);
            random.nextBytes(payload);
            Epoch stream = new Epoch(1 + random.nextInt(1 << 30), random.nextInt());
            Epoch records = new Epoch(1 + random.nextInt(1 << 30), random.nextInt());
            long number = random.nextLong() >>> 24;
            long first = random.nextLong() >>> 12;
            int count = random.nextInt(512);
            int codec = random.nextInt(3);
            byte[] sealed = Blocks.hash(new Blocks.Head(number, before, 0), stream, records,
                new long[] {first, first + count, count, codec}, payload);
            Block block = new Block(new StreamKey("gw", stream, 0), number + 1, records,
                new long[] {first, first + count, count}, new long[] {0, 0}, codec, sealed, payload);
            assertArrayEquals(sealed, Chain.hash(before, block));
        }
    }
}
