package io.slipway.web;

/** Knows users. Called by the server's worker, one call at a time; may take a second. */
public interface Login {
    /** Whether it is that user, who speaks from this numeric address. */
    boolean check(String user, byte[] password, String address);
}
