package io.slipway.gateway;

import io.slipway.replication.Replication;
import io.slipway.replication.Reply;
import io.slipway.store.StoreException;
import io.slipway.web.SharedValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** The values that gateways share, as the web server sees them. */
final class WebValues implements SharedValues {
    private final Replication replication;

    WebValues(Replication replication) {
        this.replication = replication;
    }

    @Override
    public List<String> names() throws IOException {
        try {
            List<String> names = replication.sharedNames();
            Collections.sort(names);
            return names;
        } catch (StoreException none) {
            throw new IOException(none.getMessage(), none);
        }
    }

    @Override
    public Value find(String name) throws IOException {
        try {
            String[] found = replication.sharedValue(name);
            return found == null ? null : new Value(found[0], found[1]);
        } catch (StoreException none) {
            throw new IOException(none.getMessage(), none);
        }
    }

    @Override
    public String history(String name) throws IOException {
        StringBuilder question = new StringBuilder("history ");
        for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
            question.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
        }
        String answer = replication.answer(question.toString());
        if (answer.charAt(0) != '+') {
            throw new IOException(answer.substring(1));
        }
        return answer.substring(1);
    }

    @Override
    public void change(String name, byte[] value, String ifMatch, final Outcome outcome) {
        replication.change(name, value, ifMatch, new Reply() {
            @Override
            public void done(String refusal) {
                if (refusal == null) {
                    outcome.done();
                } else if (refusal.equals(Replication.STALE)) {
                    outcome.stale();
                } else {
                    outcome.refused(refusal);
                }
            }
        });
    }
}
