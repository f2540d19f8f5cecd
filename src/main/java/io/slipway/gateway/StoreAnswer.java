package io.slipway.gateway;

import io.slipway.store.StoreBusyException;
import io.slipway.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An answer of the store: begins with '+', or with '-' and is the reason why there is none, or with '~' where the disk
 * is busy and the question is to be asked again.
 */
final class StoreAnswer {
    private StoreAnswer() {
    }

    static byte[] good(byte[] what) {
        return with('+', what);
    }

    static byte[] none(StoreException why) {
        return with(why instanceof StoreBusyException ? '~' : '-', why.getMessage().getBytes(StandardCharsets.UTF_8));
    }

    static byte[] refused(String why) {
        return with('-', why.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] with(char how, byte[] what) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream(what.length + 1);
        answer.write(how);
        answer.write(what, 0, what.length);
        return answer.toByteArray();
    }
}
