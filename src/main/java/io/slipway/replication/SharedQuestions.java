package io.slipway.replication;

import io.slipway.json.JsonWriter;
import io.slipway.store.ReplicaFile;
import io.slipway.store.StoreException;
import io.slipway.sync.Entry;
import io.slipway.sync.Replica;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What other processes of this machine may ask of shared values, keys and values in hexadecimal digits:
 *
 * <pre>
 * list [PREFIX]     a JSON array of objects, each as below
 * get KEY           an object: key, value (text) or hex, at_ms (of the stamp, not a time to rely on), writer, stamp
 * history KEY       an array of what was there before, the latest first, at most 8
 * set KEY VALUE     nothing, once it is durable
 * delete KEY        nothing, once it is durable
 * </pre>
 */
final class SharedQuestions {
    private static final long PATIENCE_S = 10;
    private static final String DONE = "done";

    private final Engine engine;

    SharedQuestions(Engine engine) {
        this.engine = engine;
    }

    String answer(String question) {
        StringTokenizer words = new StringTokenizer(question);
        String verb = words.hasMoreTokens() ? words.nextToken() : "";
        byte[] keyBytes = bytes(words.hasMoreTokens() ? words.nextToken() : "");
        byte[] value = bytes(words.hasMoreTokens() ? words.nextToken() : "");
        if (keyBytes == null || value == null) {
            return "-not hexadecimal";
        }
        String key = new String(keyBytes, StandardCharsets.UTF_8);
        if (verb.equals("set") || verb.equals("delete")) {
            return change(key, verb.equals("set") ? value : null);
        }
        return read(verb, key);
    }

    private String change(String key, byte[] value) {
        final BlockingQueue<String> outcome = new ArrayBlockingQueue<>(1);
        engine.write(key, value, null, new Reply() {
            @Override
            public void done(String refusal) {
                outcome.offer(refusal == null ? DONE : "-" + refusal);
            }
        });
        try {
            String said = outcome.poll(PATIENCE_S, TimeUnit.SECONDS);
            return said == null ? "-replication is too busy to answer; the value may change yet"
                : said.equals(DONE) ? "+" : said;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "-interrupted";
        }
    }

    private String read(final String verb, final String key) {
        try {
            return new Inquiry<String>() {
                @Override
                String find(ReplicaFile file, Replica replica) {
                    return SharedQuestions.find(verb, key, file, replica);
                }
            }.ask(engine);
        } catch (StoreException failed) {
            return "-" + failed.getMessage();
        }
    }

    private static String find(String verb, String key, ReplicaFile file, Replica replica) {
        List<Entry> found = new ArrayList<>();
        if (verb.equals("list")) {
            for (String one : file.values().keys()) {
                if (one.startsWith(key)) {
                    found.add(file.values().find(one));
                }
            }
        } else if (verb.equals("history")) {
            found.addAll(replica.dataset().history(key));
        } else if (verb.equals("get")) {
            Entry entry = replica.dataset().get(key);
            return entry == null ? "-there is no value of that name" : "+" + json(entry);
        } else {
            return "-an unknown question";
        }
        StringBuilder array = new StringBuilder("+[");
        for (Entry entry : found) {
            array.append(array.length() > 2 ? "," : "").append(json(entry));
        }
        return array.append(']').toString();
    }

    static String json(Entry entry) {
        JsonWriter json = new JsonWriter().object().field("key", entry.key);
        if (entry.isTombstone()) {
            json.field("deleted", true);
        } else if (io.slipway.reading.PayloadForm.of(entry.value) == io.slipway.reading.PayloadForm.BYTES) {
            json.field("hex", hex(entry.value));
        } else {
            json.field("value", new String(entry.value, StandardCharsets.UTF_8));
        }
        return json.field("at_ms", entry.hlc >> 16).field("writer", entry.stream.origin)
            .field("stamp", SharedValues.stamp(entry)).endObject().toString();
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder(2 * bytes.length);
        for (byte one : bytes) {
            hex.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
        }
        return hex.toString();
    }

    /** {@code null} for anything but pairs of hexadecimal digits. */
    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < hex.length(); i++) {
            int digit = Character.digit(hex.charAt(i), 16);
            if (digit < 0 || hex.length() % 2 != 0) {
                return null;
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | digit);
        }
        return bytes;
    }
}
