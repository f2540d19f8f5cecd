package io.slipway.upstream;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.config.UpstreamConfig;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The law of the token buckets, on a clock of its own. */
class AllowanceTest {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int BYTES = 64 << 10;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private static UpstreamConfig config() throws Exception {
        return Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n option link 'file:/x'\n"
            + "config upstream 'cloud'\n option url 'mqtt://x'\n option bytes_per_hour '64k'\n").upstreams.get(0);
    }

    @Test
    void noHourHasMoreThanTheBytesOfAnHourWhateverIsSentAndHoweverOftenTheGatewayIsStarted() throws Exception {
        long now = 0;
        Allowance allowance = new Allowance(config(), now);
        ArrayDeque<long[]> lastHour = new ArrayDeque<>();
        long inLastHour = 0;
        long most = 0;
        for (int step = 0; step < 300_000; step++) {
            if (random.nextInt(4000) == 0) {
                allowance = new Allowance(config(), now);
            }
            // Times without anything to send fill the bucket, times of much empty it.
            now += (long) (random.nextDouble() * (random.nextInt(8000) == 0 ? HOUR_NS : HOUR_NS / 4000));
            int bytes = 40 + random.nextInt(random.nextBoolean() ? 200 : allowance.largest());
            while (!lastHour.isEmpty() && lastHour.peekFirst()[0] <= now - HOUR_NS) {
                inLastHour -= lastHour.removeFirst()[1];
            }
            if (allowance.take(bytes, 1, random.nextBoolean(), now)) {
                lastHour.add(new long[] {now, bytes});
                inLastHour += bytes;
                most = Math.max(most, inLastHour);
                assertTrue(inLastHour <= BYTES, inLastHour + " bytes in an hour, step " + step + ", seed " + seed);
            }
        }
        assertTrue(most > BYTES * 0.9, "no more than " + most + " bytes in an hour, seed " + seed);
    }
}
