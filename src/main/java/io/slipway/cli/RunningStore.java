package io.slipway.cli;

import io.slipway.health.StatusPort;
import io.slipway.store.Extent;
import io.slipway.store.History;
import io.slipway.store.Position;
import io.slipway.store.ReplicaHistory;
import io.slipway.store.Slice;
import io.slipway.store.StoreException;
import io.slipway.store.StoreFile;
import io.slipway.store.TimeRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringTokenizer;

/** The history of a store that a running gateway has open: it is asked for one slice after the other. */
final class RunningStore implements History {
    /** For one answer: a commit that merges the log has three syncs, and worn flash takes seconds for one. */
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final Path directory;
    private final String question;

    private RunningStore(Path directory, String question) {
        this.directory = directory;
        this.question = question;
    }

    /**
     * The history of a data directory: the file itself, or the gateway that has it open.
     *
     * @throws StoreException if there is neither; the message is for people
     */
    static History open(Path directory) throws StoreException {
        StoreFile file = StoreFile.open(directory);
        return file != null ? file : new RunningStore(directory, "slice ");
    }

    /**
     * What a data directory's replica holds of another gateway's readings.
     *
     * @throws StoreException if there is none; the message is for people
     */
    static History openReplica(Path directory, String origin) throws StoreException {
        // The store's own file tells whether a gateway runs, and keeps one from starting meanwhile.
        final StoreFile file = StoreFile.open(directory);
        if (file == null) {
            return new RunningStore(directory, "replica " + origin + " ");
        }
        try {
            return new ReplicaHistory(directory, origin, file);
        } catch (StoreException failed) {
            file.close();
            throw failed;
        }
    }

    @Override
    public Slice next(Position after, TimeRange range) throws StoreException {
        try {
            return Slice.parse(ask(question + after + " " + range));
        } catch (IOException cut) {
            throw new StoreException("the gateway's answer is cut off", cut);
        }
    }

    @Override
    public Extent extent() throws StoreException {
        StringTokenizer words = new StringTokenizer(new String(ask("extent"), StandardCharsets.US_ASCII));
        long[] values = new long[words.countTokens()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Long.parseLong(words.nextToken());
        }
        return new Extent(values);
    }

    /** Asks again while the disk is busy: a commit may be in the way, and its syncs take what they take. */
    private byte[] ask(String text) throws StoreException {
        long untilNs = System.nanoTime() + PATIENCE_NS;
        byte[] answer = askOnce(text);
        while (answer[0] == '~' && System.nanoTime() - untilNs < 0) {
            answer = askOnce(text);
        }
        byte[] what = Arrays.copyOfRange(answer, 1, answer.length);
        if (answer[0] != '+') {
            throw new StoreException(new String(what, StandardCharsets.UTF_8), null);
        }
        return what;
    }

    private byte[] askOnce(String text) throws StoreException {
        try {
            return StatusPort.ask(directory, text);
        } catch (IOException failed) {
            throw new StoreException("the database is in use, but " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        // Each question has a connection of its own.
    }
}
