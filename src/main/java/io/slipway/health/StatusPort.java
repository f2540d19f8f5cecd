package io.slipway.health;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Tells another process on this machine how the gateway is. Listens on a loopback port that the system chose; the
 * port and a token stand in a file of the data directory, or of the temporary one where that takes none; only the
 * gateway's user can read it, so nobody else gets an answer. One line asks, {@code TOKEN QUESTION}, such as
 * {@code TOKEN json} or {@code TOKEN text}; the answer ends with the connection. Answers are short: who wants much asks
 * often, so that others get their turn in between.
 */
public final class StatusPort implements Closeable {
    /** Within the data directory. */
    private static final String FILE_NAME = "status.port";
    /** For who asks. The gateway's first answer may have to load classes from a disk that is busy. */
    private static final int TIMEOUT_MS = 20_000;
    /** A question is one short line; who dawdles over it must not keep the others waiting until they give up. */
    private static final int QUESTION_MS = 1000;
    private static final int REST_MS = 1000;
    /** A shared value of 4 KiB in hexadecimal digits, its key, and some words. */
    private static final int LINE_LIMIT = 9000;
    /** Of bytes: no answer of a gateway is longer. */
    private static final int ANSWER_LIMIT = 128 << 20;

    /** What there is to tell. Called by the port's thread. */
    public interface Answers {
        /**
         * The answer to a question that somebody asked who knows the token.
         *
         * @return {@code null} for a question that has none: then nothing is said
         */
        byte[] answer(String question);
    }

    private final ServerSocket server;
    private Path file;
    private final String token;
    private final Answers answers;
    private final Thread thread;

    /**
     * Opens the port and writes the file.
     *
     * @throws IOException if there is no loopback port to be had, or neither the directory nor the temporary one can
     *     be written
     */
    public StatusPort(Path directory, Answers answers) throws IOException {
        this.answers = answers;
        this.token = Long.toHexString(KernelRandom.next());
        this.server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
        this.thread = new Thread("status") {
            @Override
            public void run() {
                serve();
            }
        };
        try {
            file = directory.resolve(FILE_NAME);
            write();
            forgetElsewhere(directory);
        } catch (IOException fullOrReadOnly) {
            // How the gateway is must be told above all when its disk is not well.
            writeElsewhere(directory);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Made anew with its permissions, so that there is no moment in which others can read it. */
    private void write() throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, (server.getLocalPort() + " " + token + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void writeElsewhere(Path directory) throws IOException {
        try {
            file = elsewhere(directory);
            write();
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
    }

    /** What a gateway left behind that was killed while its disk was not well. */
    private static void forgetElsewhere(Path directory) {
        try {
            Files.deleteIfExists(elsewhere(directory));
        } catch (IOException anothers) {
            // Then it is nobody's whom we would believe.
        }
    }

    /** Where the file is when the data directory takes none: a name in the temporary directory. */
    private static Path elsewhere(Path directory) {
        String name = directory.toAbsolutePath().normalize().toString();
        return Paths.get(System.getProperty("java.io.tmpdir"),
            "slipway-" + Integer.toHexString(name.hashCode()) + "-" + FILE_NAME);
    }

    /** The file of the gateway that runs on the directory; another user's in the temporary directory is none. */
    private static Path find(Path directory) throws IOException {
        Path elsewhere = elsewhere(directory);
        if (Files.isRegularFile(elsewhere, LinkOption.NOFOLLOW_LINKS)) {
            String owner = Files.getOwner(elsewhere, LinkOption.NOFOLLOW_LINKS).getName();
            if (owner.equals("root") || owner.equals(System.getProperty("user.name"))) {
                return elsewhere;
            }
        }
        return directory.resolve(FILE_NAME);
    }

    private void serve() {
        while (!server.isClosed()) {
            Socket accepted;
            try {
                accepted = server.accept();
            } catch (IOException closedOrFull) {
                // Without file descriptors every accept fails at once: never spin.
                rest();
                continue;
            }
            try (Socket client = accepted) {
                answer(client);
            } catch (IOException ignored) {
                // A client that went away: nobody is left to tell.
            }
        }
    }

    private synchronized void rest() {
        try {
            if (!server.isClosed()) {
                wait(REST_MS);
            }
        } catch (InterruptedException stop) {
            // Nobody has a reason to interrupt this thread; close() is how it ends.
        }
    }

    private void answer(Socket client) throws IOException {
        long untilNs = System.nanoTime() + QUESTION_MS * 1_000_000L;
        StringBuilder line = new StringBuilder();
        int c = read(client, untilNs);
        while (c >= ' ' && line.length() < LINE_LIMIT) {
            line.append((char) c);
            c = read(client, untilNs);
        }
        if (line.length() > token.length() && line.charAt(token.length()) == ' '
            && line.substring(0, token.length()).equals(token)) {
            byte[] answer = answers.answer(line.substring(token.length() + 1));
            if (answer != null) {
                client.getOutputStream().write(answer);
            }
        }
    }

    /** One byte, by the deadline of the whole line. */
    private static int read(Socket client, long untilNs) throws IOException {
        long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            throw new SocketTimeoutException();
        }
        client.setSoTimeout((int) leftMs);
        return client.getInputStream().read();
    }

    /**
     * Asks the gateway that runs on a data directory; for another process.
     *
     * @param question one line of ASCII
     * @return the answer, at least a byte long
     * @throws IOException with a message for people, if none runs there or it does not answer
     */
    public static byte[] ask(Path directory, String question) throws IOException {
        Path file = find(directory);
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new IOException("no gateway runs on " + directory);
        } catch (AccessDeniedException denied) {
            throw new IOException("only root and the gateway's own user may ask it: no permission for " + file);
        }
        int space = lines.isEmpty() ? -1 : lines.get(0).indexOf(' ');
        if (space < 1) {
            throw new IOException(file + " is damaged");
        }
        try (Socket gateway = new Socket(InetAddress.getLoopbackAddress(),
                Integer.parseInt(lines.get(0).substring(0, space)))) {
            gateway.setSoTimeout(TIMEOUT_MS);
            gateway.getOutputStream().write((lines.get(0).substring(space + 1) + ' ' + question + '\n')
                .getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            int length = gateway.getInputStream().read(buffer);
            while (length >= 0 && answer.size() < ANSWER_LIMIT) {
                answer.write(buffer, 0, length);
                length = gateway.getInputStream().read(buffer);
            }
            if (answer.size() == 0) {
                // Another program got the port that a gateway left behind when it was killed.
                throw new IOException("the token is not known there");
            }
            return answer.toByteArray();
        } catch (SocketTimeoutException silent) {
            throw new IOException("the gateway on " + directory + " does not answer");
        } catch (IOException | IllegalArgumentException gone) {
            throw new IOException("no gateway runs on " + directory + " any more: " + gone.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
    }
}
