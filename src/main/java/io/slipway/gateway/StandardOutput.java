package io.slipway.gateway;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Standard output that remembers why it could not be written, which a PrintStream keeps to itself. */
final class StandardOutput extends FileOutputStream {
    private static final String GONE = "Broken pipe";

    private volatile String problem;

    StandardOutput() {
        super(FileDescriptor.out);
    }

    /** What went wrong, for people; {@code null} where nothing did, or where the reader has had enough and gone. */
    String problem() {
        return problem;
    }

    @Override
    public void write(byte[] bytes, int off, int len) throws IOException {
        try {
            super.write(bytes, off, len);
        } catch (IOException failed) {
            problem = GONE.equals(failed.getMessage()) ? null : failed.getMessage();
            throw failed;
        }
    }
}
