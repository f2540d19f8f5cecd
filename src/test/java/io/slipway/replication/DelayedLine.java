package io.slipway.replication;

import io.slipway.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A long line: a TCP port that passes on to another one, where every piece takes a time of its own each way, drawn
 * from a seed, and none overtakes another. A program of its own, for it stands in a network namespace between the two.
 */
final class DelayedLine {
    /** Pieces on their way in one direction; who sends more waits. */
    private static final int MOST_PIECES = 1024;
    private static final int PIECE_BYTES = 4096;

    private final Random random;
    private final int leastMs;
    private final int mostMs;

    private DelayedLine(long seed, int leastMs, int mostMs) {
        this.random = new Random(seed);
        this.leastMs = leastMs;
        this.mostMs = mostMs;
    }

    /** Starts one behind the prefix; it is in the way once this returns. */
    static Process start(List<String> prefix, Path log, String from, String to, long seed, int leastMs, int mostMs)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Arrays.asList(Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
            DelayedLine.class.getName(), from, to, "" + seed, "" + leastMs, "" + mostMs));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Await.until("the line to be laid", 60, () -> Files.readString(log).contains("laid"));
        return process;
    }

    /** Two addresses with ports, the seed, the least and the most milliseconds. */
    public static void main(String[] args) throws IOException {
        DelayedLine line = new DelayedLine(Long.parseLong(args[2]), Integer.parseInt(args[3]),
            Integer.parseInt(args[4]));
        String[] from = args[0].split(":");
        String[] to = args[1].split(":");
        try (ServerSocket server = new ServerSocket(Integer.parseInt(from[1]), 50, InetAddress.getByName(from[0]))) {
            System.out.println("laid");
            while (true) {
                Socket near = server.accept();
                run(() -> line.join(near, to[0], Integer.parseInt(to[1])));
            }
        }
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private void join(Socket near, String host, int port) {
        try {
            Socket far = new Socket(host, port);
            for (Socket[] way : new Socket[][] {{near, far}, {far, near}}) {
                way[0].setTcpNoDelay(true);
                BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(MOST_PIECES);
                run(() -> take(way[0], pieces));
                run(() -> give(way[1], pieces));
            }
        } catch (IOException nobody) {
            silently(near);
        }
    }

    /** Bytes and when they arrive; {@code null} for bytes is the end. */
    private static final class Piece {
        final byte[] bytes;
        final long due;

        Piece(byte[] bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }

    private long later(long before) {
        long ms;
        synchronized (random) {
            ms = leastMs + random.nextInt(mostMs - leastMs + 1);
        }
        return Math.max(before, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private void take(Socket from, BlockingQueue<Piece> pieces) {
        long due = System.nanoTime();
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            int n = 0;
            while (n >= 0) {
                try {
                    n = from.getInputStream().read(buffer);
                } catch (IOException cut) {
                    n = -1;
                }
                due = later(due);
                pieces.put(new Piece(n < 0 ? null : Arrays.copyOf(buffer, n), due));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** What comes after an end on the other side is thrown away, so that whoever takes never waits for ever. */
    private static void give(Socket to, BlockingQueue<Piece> pieces) {
        try {
            for (Piece piece = pieces.take(); piece.bytes != null; piece = pieces.take()) {
                for (long left = piece.due - System.nanoTime(); left > 0; left = piece.due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                try {
                    to.getOutputStream().write(piece.bytes);
                } catch (IOException cut) {
                    silently(to);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        silently(to);
    }

    private static void silently(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone already.
        }
    }
}
