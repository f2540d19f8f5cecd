package io.slipway.store;

/** The database could not do what was asked. What had been committed before still is; nothing of the call is. */
public class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, for people */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
