package io.slipway.link;

import java.io.IOException;

/**
 * One opening of a device: made, opened once, closed, and thrown away. The reader thread alone opens, reads and
 * closes; one other thread may write at the same time.
 */
interface Port {
    /** How long {@link #read} waits for bytes before it says that there are none: bounds the end of the thread. */
    int READ_TIMEOUT_MS = 500;
    /** What {@link #read} returns when nothing came within {@link #READ_TIMEOUT_MS}. */
    int NOTHING = 0;
    /** What {@link #read} returns once when nothing will ever come again, although the port stays open. */
    int ENDED = -1;

    /** Opens the device, within some seconds. @throws IOException with a message for people if it cannot be opened */
    void open() throws IOException;

    /**
     * Waits for bytes.
     *
     * @return how many were put at the start of {@code buffer}, or {@link #NOTHING} or {@link #ENDED}
     * @throws IOException with a message for people when the device is gone
     */
    int read(byte[] buffer) throws IOException;

    /** Writes all of it, however long that takes. @throws IOException when the device is gone or gives no room */
    void write(byte[] bytes) throws IOException;

    /**
     * Gives the mote the reset pulse that is configured, and returns when it is over, within a second or so. The reader
     * thread, while the port is open.
     *
     * @return false where this port has no such line, or the device refused
     */
    default boolean reset() {
        return false;
    }

    /**
     * Makes an {@link #open} or {@link #write} that hangs in another thread return, where the system allows it. Any
     * thread, at any time; the port is of no more use afterwards than to be closed.
     */
    void cancel();

    /** Closes the device; never throws. Nothing happens where it is not open. */
    void close();
}
