package io.slipway.store;

/** The store's thread waits for the disk and has not come to what was asked; it may be asked again at once. */
public final class StoreBusyException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreBusyException(Throwable cause) {
        super("the disk is busy", cause);
    }
}
