package io.slipway.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file of the page, out of the jar; kept once it was asked for. */
final class StaticResource implements Resource {
    private final String name;
    private final String type;
    private Answer answer;

    StaticResource(String name, String type) {
        this.name = name;
        this.type = type;
    }

    @Override
    public void answer(Request request, Reply reply) {
        if (answer == null) {
            answer = Answer.ok(type, read());
        }
        reply.send(answer);
    }

    private byte[] read() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        try (InputStream in = StaticResource.class.getResourceAsStream(name)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                bytes.write(chunk, 0, n);
            }
        } catch (IOException damaged) {
            throw new IllegalStateException("the jar is damaged: " + name, damaged);
        }
        return bytes.toByteArray();
    }
}
