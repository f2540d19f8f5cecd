package io.moquette.broker;

import io.moquette.broker.security.IAuthorizatorPolicy;

/** Moquette's rules, which are asked for publishing and subscribing, and one more. Any thread. */
public interface AccessPolicy extends IAuthorizatorPolicy {
    /** Whether a client may get what is published there. @param user {@code null} for an anonymous client */
    boolean mayReceive(String topic, String user, String client);
}
