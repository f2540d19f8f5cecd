package io.slipway.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is known of others, and for how long. */
class BrowserTest implements Browser.Observer {
    private final Air air = new Air();
    private final List<String> events = new ArrayList<>();
    private final Browser browser = new Browser(Air.TYPE, null, air, new Random(1), this);
    private int dropped;
    private long now = 5_000_000;

    @Override
    public void found(Instance one) {
        events.add("found " + one.text.get("id") + " at " + one.addresses.get(0).getHostAddress() + ":" + one.port);
    }

    @Override
    public void lost(String name) {
        events.add("lost " + name);
    }

    @Override
    public void dropped() {
        dropped++;
    }

    private List<String> take() {
        List<String> taken = new ArrayList<>(events);
        events.clear();
        return taken;
    }

    /** Runs when it wants to be run, for so many seconds. */
    private void pass(long seconds) {
        long end = now + seconds * 1000;
        int runs = 0;
        for (long next = browser.run(now); next <= end; next = browser.run(now)) {
            now = next;
            runs++;
        }
        now = end;
        browser.run(now);
        assertTrue(runs < 100 + 20 * seconds, runs + " times in " + seconds + " s");
    }

    private void hear(Message message) {
        browser.received(Message.parse(Air.bytes(message)), Air.from(2), now);
    }

    @Test
    void itAsksLessAndLessOftenAndSaysWhatItKnows() {
        browser.start(now);
        pass(1);
        assertEquals(1, air.take().size());
        hear(Air.of("gw-02", 7450, 2, 4500));
        pass(130);
        int asked = 0;
        for (Message question : air.take()) {
            if (question.questions.get(0).type == Record.PTR) {
                asked++;
                assertEquals("gw-02._slipway._tcp.local.", question.answers.get(0).target);
                assertTrue(question.answers.get(0).ttlS > 2250);
            }
        }
        assertEquals(7, asked, "after 1, 2, 4, 8 s and so on");
    }

    @Test
    void whatWasFoundIsToldAndItsChangesAre() {
        hear(Air.of("gw-02", 7450, 2, 4500));
        assertEquals(List.of("found gw-02 at 10.77.0.2:7450"), take());
        hear(Air.of("gw-02", 7450, 2, 4500));
        assertEquals(List.of(), take());
        now += 5000;
        hear(Air.of("gw-02", 7451, 3, 4500));
        assertEquals(List.of("found gw-02 at 10.77.0.3:7451"), take());
    }

    @Test
    void whoSaysGoodbyeIsLostASecondLater() {
        hear(Air.of("gw-02", 7450, 2, 4500));
        take();
        hear(Air.of("gw-02", 7450, 2, 0));
        assertEquals(List.of(), take());
        pass(2);
        assertEquals(List.of("lost gw-02._slipway._tcp.local."), take());
    }

    @Test
    void whoFallsSilentIsAskedFromFourFifthsOfItsTimeAndThenLost() {
        hear(Air.of("gw-02", 7450, 2, 4500));
        take();
        browser.start(now);
        pass(95);
        air.take();
        pass(24);
        List<Message> asked = air.take();
        asked.removeIf(message -> message.questions.get(0).type == Record.PTR);
        assertEquals(4, asked.size(), "at 80, 85, 90 and 95 %");
        assertEquals("gw-02._slipway._tcp.local.", asked.get(0).questions.get(0).name);
        assertEquals(List.of(), take());
        pass(2);
        assertEquals(List.of("lost gw-02._slipway._tcp.local."), take());
        pass(4600);
        take();
        hear(Air.of("gw-02", 7450, 9, 4500));
        assertEquals(List.of("found gw-02 at 10.77.0.9:7450"), take());
    }

    @Test
    void whatLacksIsAskedFor() {
        Message pointer = Air.of("gw-02", 7450, 2, 4500);
        pointer.answers.subList(1, 4).clear();
        hear(pointer);
        browser.start(now);
        pass(60);
        assertEquals(List.of(), take());
        int asked = 0;
        for (Message message : air.take()) {
            asked += message.questions.get(0).name.equals("gw-02._slipway._tcp.local.") ? 1 : 0;
        }
        assertTrue(asked >= 5 && asked <= 8, "asked " + asked + " times in a minute");
        hear(Air.of("gw-02", 7450, 2, 4500));
        assertEquals(1, take().size());
    }

    @Test
    void ofManyThatAreAnnouncedTheFirst256Count() {
        for (int i = 0; i < 300; i++) {
            hear(Air.of("gw-" + i, 7450, i % 200, 4500));
        }
        assertEquals(256, take().size());
        assertEquals(44, dropped);
        pass(10);
    }
}
