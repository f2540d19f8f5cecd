package io.slipway.gateway;

import io.slipway.health.StatusPort;
import io.slipway.replication.Replication;
import io.slipway.store.Position;
import io.slipway.store.Store;
import io.slipway.store.StoreBusyException;
import io.slipway.store.StoreException;
import io.slipway.store.TimeRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.StringTokenizer;

/**
 * What other processes of this machine may ask the gateway. {@code json} and {@code text}: how it is. {@code slice
 * STREAM SEQ FROM TO}: a slice of the store's history. {@code extent}: how much the store holds. {@code reload}: to
 * read the configuration anew. {@code shared …}: shared values. {@code replica ORIGIN STREAM NUMBER FROM TO}: a slice
 * of what is held of another gateway's readings. All but the first two answers begin with '+', or with '-' and are the
 * reason why there is none, or with '~' where the disk is busy and the question is to be asked again. The status port's
 * thread, which answers others in between.
 */
final class Questions implements StatusPort.Answers {
    private final StatusReport report;
    private final Store store;
    private final Reload reload;
    private final Replication replication;

    /** @param replication {@code null} where there is no cluster */
    Questions(StatusReport report, Store store, Reload reload, Replication replication) {
        this.report = report;
        this.store = store;
        this.reload = reload;
        this.replication = replication;
    }

    @Override
    public byte[] answer(String question) {
        if (question.equals("json")) {
            return report.json().getBytes(StandardCharsets.UTF_8);
        }
        if (question.equals("text")) {
            return report.text().getBytes(StandardCharsets.UTF_8);
        }
        try {
            if (question.equals("extent")) {
                return answered('+', store.extent().toString().getBytes(StandardCharsets.US_ASCII));
            }
            if (question.equals("reload")) {
                return answered('+', reload.now().getBytes(StandardCharsets.UTF_8));
            }
            if (question.startsWith("shared ") || question.startsWith("replica ")) {
                return replicated(question);
            }
            if (question.startsWith("slice ")) {
                StringTokenizer words = new StringTokenizer(question.substring("slice ".length()));
                Position after = new Position(number(words), number(words));
                return answered('+', store.slice(after, new TimeRange(number(words), number(words))).toBytes());
            }
        } catch (NumberFormatException notAQuestion) {
            return null;
        } catch (StoreBusyException busy) {
            return answered('~', busy.getMessage().getBytes(StandardCharsets.UTF_8));
        } catch (StoreException | IOException failed) {
            return answered('-', failed.getMessage().getBytes(StandardCharsets.UTF_8));
        }
        return null;
    }

    private byte[] replicated(String question) throws StoreException {
        if (replication == null) {
            throw new StoreException("there is no 'config cluster'", null);
        }
        if (question.startsWith("shared ")) {
            return replication.answer(question.substring("shared ".length())).getBytes(StandardCharsets.UTF_8);
        }
        StringTokenizer words = new StringTokenizer(question.substring("replica ".length()));
        String origin = words.hasMoreTokens() ? words.nextToken() : "";
        Position after = new Position(number(words), number(words));
        return answered('+', replication.slice(origin, after, new TimeRange(number(words), number(words))).toBytes());
    }

    private static long number(StringTokenizer words) {
        return Long.parseLong(words.hasMoreTokens() ? words.nextToken() : "");
    }

    private static byte[] answered(char how, byte[] what) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream(what.length + 1);
        answer.write(how);
        answer.write(what, 0, what.length);
        return answer.toByteArray();
    }
}
