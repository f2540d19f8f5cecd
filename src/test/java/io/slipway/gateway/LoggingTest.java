package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.slipway.config.Config;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tinylog.Logger;

/** What a process of its own writes: a JVM sets up its log only once. */
class LoggingTest {
    private static final String NETTY = "warn: DefaultPromise: An exception was thrown by"
        + " io.slipway.gateway.LoggingTest$Listener.operationComplete(): java.lang.IllegalStateException: listener";

    @TempDir
    Path dir;

    /** Runs in the other process: takes the options of {@code config log}, logs, and ends. */
    public static final class Child {
        private Child() { }

        /** @param args UCI statements */
        public static void main(String[] args) throws Exception {
            List<String> options = Arrays.stream(args).filter(arg -> !arg.startsWith("ask ")).toList();
            Config config = Config.parse("f", "config gateway\noption id g\nconfig mesh\noption link file:/dev/null\n"
                + "config log\n" + String.join("\n", options));
            Logging.apply(config.log);
            say();
            for (String arg : args) {
                if (arg.startsWith("ask log")) {
                    byte[] answer = new LogQuestion().answer(
                        arg.substring(7).trim().replace("gateway.L", "io.slipway.gateway.L"));
                    System.err.println("answer: " + (answer == null ? null
                        : new String(answer, StandardCharsets.UTF_8).replace('\n', ' ')));
                    if (answer != null) {
                        say();
                    }
                }
            }
            System.out.println("standard output is free");
        }

        private static void say() {
            Logger.trace("t");
            Logger.debug("d");
            Logger.info("i {}", 1);
            Logger.warn("grüße\r\nwarn: forged\u001b[31m");
            Logger.error(new IllegalStateException("a\nb", new UncheckedIOException(new IOException("disk full"))),
                "x");
            makeNettyWarn();
        }

        private static void makeNettyWarn() {
            ImmediateEventExecutor.INSTANCE.newPromise().addListener(new Listener()).setSuccess(null);
        }
    }

    /** Fails, which Netty logs. */
    private static final class Listener implements FutureListener<Object> {
        @Override
        public void operationComplete(Future<Object> done) {
            throw new IllegalStateException("listener");
        }
    }

    @Test
    void anEventIsOneLineWithoutATime() throws Exception {
        List<String> lines = run();
        String last = lines.remove(3);
        assertTrue(last.startsWith(NETTY + " at io.slipway.gateway.LoggingTest$Listener.operationComplete(LoggingTest"),
            last);
        assertEquals(List.of("info: LoggingTest$Child: i 1",
            "warn: LoggingTest$Child: grüße  warn: forged [31m",
            "error: LoggingTest$Child: x: java.lang.IllegalStateException: a b: java.io.UncheckedIOException:"
                + " java.io.IOException: disk full: java.io.IOException: disk full"), lines);
    }

    @Test
    void levelErrorSilencesTheLibrariesToo() throws Exception {
        List<String> lines = run("option level error");
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("error: LoggingTest$Child: x: java.lang.IllegalStateException"));
    }

    @Test
    void levelOffIsSilent() throws Exception {
        assertEquals(List.of(), run("option level off"));
    }

    @Test
    void aPackageMayHaveALevelOfItsOwn() throws Exception {
        List<String> lines = run("option level error", "list package io.slipway.gateway=warn",
            "list package io.netty=warn");
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("warn: LoggingTest$Child: "), lines.get(0));
        assertTrue(lines.get(2).startsWith(NETTY), lines.get(2));
    }

    @Test
    void aLibraryMayBeWatchedClosely() throws Exception {
        List<String> lines = run("list package io.netty=debug");
        assertTrue(lines.toString().contains("debug: InternalLoggerFactory: "), lines.toString());
        assertTrue(lines.stream().noneMatch(line -> line.contains("debug: LoggingTest")), lines.toString());
    }

    @Test
    void theStackTraceFollowsWhereThePackageIsAtDebug() throws Exception {
        List<String> lines = run("list package io.slipway.gateway=debug");
        assertEquals("debug: LoggingTest$Child: d", lines.get(0));
        assertTrue(lines.get(4).startsWith("    at io.slipway.gateway.LoggingTest$Child.say(LoggingTest.java:"));
        assertTrue(lines.contains("  caused by java.io.IOException: disk full"), lines.toString());
    }

    @Test
    void theLevelsChangeWhileTheProgramRuns() throws Exception {
        List<String> lines = run("option level error", "ask log info", "ask log debug gateway.LoggingTest$Child",
            "ask log configured", "ask log", "ask log loud");
        // The first round is that of level error.
        assertTrue(lines.remove(0).startsWith("error: LoggingTest$Child: x"), lines.toString());
        String text = String.join("\n", lines);
        assertTrue(text.startsWith("info: LogQuestion: The log's levels were changed: info\n"), text);
        assertTrue(text.contains("\nanswer: info com.hivemq=warn io.moquette=warn io.netty=warn \n"
            + "info: LoggingTest$Child: i 1\n"), text);
        assertTrue(text.contains("io.slipway.gateway.LoggingTest$Child=debug \ndebug: LoggingTest$Child: d\ninfo"),
            text);
        // Back at level error, nothing is said of the change itself.
        assertTrue(text.contains("\nanswer: error com.hivemq=error io.moquette=error io.netty=error \nerror: "), text);
        assertTrue(text.endsWith("\nanswer: null"), text);
        assertTrue(!text.contains("trace: "), text);
    }

    /** Under the locale of a router. Returns the lines of standard error. */
    private List<String> run(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx64m",
            "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.addAll(List.of(options));
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals(0, process.exitValue(), Files.readString(err));
        assertEquals("standard output is free\n", Files.readString(out));
        return Files.readAllLines(err);
    }
}
