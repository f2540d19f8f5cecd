package io.slipway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
    private static final int ATTEMPTS = 5;

    @TempDir
    Path dir;
    private final Health health = new Health();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private InetAddress home;
    private InetAddress away;
    private Users users;

    @BeforeEach
    void open() throws IOException {
        home = InetAddress.getByName("192.0.2.1");
        away = InetAddress.getByName("192.0.2.2");
        users = new Users(file(1000), ATTEMPTS, health);
    }

    @AfterEach
    void close() {
        users.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the one thread that hashes until the test has asked what it wants. */
    private void hold(boolean right) {
        try {
            goOn.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private PasswordFile file(int iterations) throws IOException {
        return PasswordFile.read(Files.write(dir.resolve("users"), List.of(
            "alice:" + PasswordHash.make(bytes("secret"), iterations).line(),
            "bob:" + PasswordHash.make(bytes("hunter2"), iterations).line())));
    }

    @Test
    void anAddressThatGuessesIsSoonRefusedUnseenAndOthersAreNot() throws Exception {
        assertTrue(users.verify(home, "alice", bytes("secret")));
        for (int i = 0; i < ATTEMPTS; i++) {
            assertFalse(users.verify(home, i % 2 == 0 ? "bob" : "nobody", bytes("guess" + i)));
        }
        assertEquals(0, health.value(Counter.LOGIN_GUESSES));
        assertFalse(users.verify(home, "bob", bytes("hunter2")), "the right password was looked at too");
        assertEquals(1, health.value(Counter.LOGIN_GUESSES));
        assertTrue(users.verify(home, "alice", bytes("secret")), "what is known passes");
        assertTrue(users.verify(away, "bob", bytes("hunter2")), "another address may");
        assertTrue(users.verify(home, "bob", bytes("hunter2")), "it is known now");
    }

    @Test
    void anAddressThatGuessedMayTryAgainLater() throws Exception {
        Guesses guesses = new Guesses(2);
        long ns = Long.MAX_VALUE - 3;
        for (int i = 0; i < 2; i++) {
            assertTrue(guesses.begin(home, ns));
            guesses.end(home, false, ns);
        }
        assertFalse(guesses.begin(home, ns));
        assertFalse(guesses.begin(home, ns + 9_999_999_999L));
        assertTrue(guesses.begin(home, ns + 10_000_000_000L));
        guesses.end(home, false, ns + 10_000_000_001L);
        assertFalse(guesses.begin(home, ns + 10_000_000_002L));
    }

    @Test
    void anIpv6NetworkGuessesAsOneAddress() throws Exception {
        Guesses guesses = new Guesses(1);
        InetAddress one = InetAddress.getByName("2001:db8::1");
        assertTrue(guesses.begin(one, 0));
        guesses.end(one, false, 0);
        assertFalse(guesses.begin(InetAddress.getByName("2001:db8::ffff:2"), 0));
        assertTrue(guesses.begin(InetAddress.getByName("2001:db8:0:1::1"), 0));
    }

    @Test
    void oneAddressDoesNotFillTheQueue() throws Exception {
        users.verify(away, "bob", bytes("guess"), this::hold);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger right = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            users.verify(home, "bob", bytes("guess" + i), is -> answered.incrementAndGet());
        }
        assertEquals(100 - Guesses.PENDING, health.value(Counter.LOGIN_GUESSES));
        users.verify(away, "alice", bytes("secret"), is -> right.addAndGet(is ? 1 : 0));
        goOn.countDown();
        Await.until("alice to be let in", 120, () -> right.get() == 1);
        assertEquals(100, answered.get());
    }

    @Test
    void aPasswordThatIsKnownIsAnsweredAtOnce() throws Exception {
        users.use(file(300_000), ATTEMPTS);
        AtomicInteger right = new AtomicInteger();
        users.verify(home, "alice", bytes("secret"), is -> right.addAndGet(is ? 1 : 0));
        Await.until("the first", 120, () -> right.get() == 1);
        for (int i = 0; i < 10_000; i++) {
            users.verify(home, "alice", bytes("secret"), is -> right.addAndGet(is ? 1 : 0));
        }
        assertEquals(10_001, right.get(), "answers that came before the call returned");
    }

    @Test
    void anotherPasswordFileCountsAtOnce() throws Exception {
        assertTrue(users.verify(home, "alice", bytes("secret")));
        users.use(PasswordFile.read(Files.write(dir.resolve("users"), List.of(
            "alice:" + PasswordHash.make(bytes("changed"), 1000).line()))), ATTEMPTS);
        assertFalse(users.verify(home, "alice", bytes("secret")));
        assertTrue(users.verify(home, "alice", bytes("changed")));
        assertFalse(users.verify(home, "bob", bytes("hunter2")));
    }

    @Test
    void whoeverStillWaitsIsCheckedByTheNewPasswordFile() throws Exception {
        users.use(file(100_000), ATTEMPTS);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger right = new AtomicInteger();
        users.verify(away, "bob", bytes("guess"), is -> answered.incrementAndGet());
        users.verify(away, "bob", bytes("another"), this::hold);
        users.verify(home, "alice", bytes("secret"), is -> (is ? right : answered).incrementAndGet());
        users.use(PasswordFile.none(), ATTEMPTS);
        goOn.countDown();
        Await.until("all answers", 120, () -> answered.get() + right.get() == 2);
        assertEquals(0, right.get());
    }

    @Test
    void whoWaitsGetsAnAnswerAtTheEnd() throws Exception {
        users.use(file(300_000), ATTEMPTS);
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            users.verify(home, "bob", bytes("guess" + i), is -> answered.incrementAndGet());
        }
        users.close();
        Await.until("all answers", 60, () -> answered.get() == 10);
    }
}
