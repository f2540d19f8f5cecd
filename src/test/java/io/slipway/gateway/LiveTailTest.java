package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveTailTest {
    private final LiveTail tail = new LiveTail();

    private void publish(int from, int to) {
        for (int i = from; i <= to; i++) {
            tail.published(("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8));
        }
    }

    private String since(long number) {
        return new String(tail.since(number), StandardCharsets.UTF_8);
    }

    @Test
    void whoWatchesGetsWhatComesFromThenOn() {
        publish(1, 3);
        long next = tail.watch();
        assertEquals(3, next);
        publish(4, 5);
        assertEquals("5 0\n{\"n\":4}\n{\"n\":5}\n", since(next));
        assertEquals("5 0\n", since(5));
        publish(6, 6);
        assertEquals("6 0\n{\"n\":6}\n", since(5));
    }

    @Test
    void whoAsksTooSeldomIsToldHowManyWentBy() {
        long next = tail.watch();
        publish(1, 3000);
        String answer = since(next);
        assertEquals("3000 1976", answer.substring(0, answer.indexOf('\n')));
        assertEquals(1024, answer.lines().count() - 1);
        assertEquals("{\"n\":1977}", answer.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void longReadingsAreBoundedByTheirBytes() {
        long next = tail.watch();
        byte[] large = new byte[50_000];
        java.util.Arrays.fill(large, (byte) 'x');
        for (int i = 0; i < 5; i++) {
            tail.published(large);
        }
        assertEquals("5 3", since(next).lines().findFirst().orElseThrow());
    }

    @Test
    void whatWentByWhileNobodyWatchedIsNotHandedOut() {
        publish(1, 10);
        assertEquals("10 8\n", since(2));
    }
}
