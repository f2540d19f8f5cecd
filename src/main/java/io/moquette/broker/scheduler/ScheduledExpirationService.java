/*
 * Copyright (c) 2012-2018 The original author or authors
 * ------------------------------------------------------
 * All rights reserved. This program and the accompanying materials
 * are made available under the terms of the Eclipse Public License v1.0
 * and Apache License v2.0 which accompanies this distribution.
 *
 * The Eclipse Public License is available at
 * http://www.eclipse.org/legal/epl-v10.html
 *
 * The Apache License v2.0 is available at
 * http://www.opensource.org/licenses/apache2.0.php
 *
 * You may elect to redistribute this code under either of these licenses.
 */
package io.moquette.broker.scheduler;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.DelayQueue;
import java.util.function.Consumer;

/**
 * Replaces Moquette's class of this name, with these changes: it starts its thread with the first entity to watch,
 * so that three idle threads that woke every second are gone; it forgets an entity that is no longer watched (every
 * client id that was ever seen stayed in a map); and an action that throws does not end the watching.
 *
 * @param <T> what expires
 */
public class ScheduledExpirationService<T extends Expirable> {
    private final DelayQueue<ExpirableTracker<T>> waiting = new DelayQueue<>();
    private final Map<String, ExpirableTracker<T>> byId = new HashMap<>();
    private final Clock clock;
    private final Consumer<T> action;
    private Thread watcher;
    private boolean stopped;

    /** @param action is called by a thread of this object */
    public ScheduledExpirationService(Clock clock, Consumer<T> action) {
        this.clock = clock;
        this.action = action;
    }

    /** Has the action called when the entity expires. */
    public synchronized void track(String entityId, T entity) {
        untrack(entityId);
        ExpirableTracker<T> tracker = new ExpirableTracker<>(entity, clock);
        byId.put(entityId, tracker);
        waiting.add(tracker);
        if (watcher == null && !stopped) {
            watcher = new Thread("broker-expiry") {
                @Override
                public void run() {
                    watch();
                }
            };
            watcher.setDaemon(true);
            watcher.start();
        }
    }

    /** Forgets the entity; false where it is not watched. */
    public synchronized boolean untrack(String entityId) {
        ExpirableTracker<T> tracker = byId.remove(entityId);
        return tracker != null && waiting.remove(tracker);
    }

    private void watch() {
        try {
            while (true) {
                ExpirableTracker<T> expired = waiting.take();
                synchronized (this) {
                    byId.values().remove(expired);
                }
                try {
                    action.accept(expired.expirable());
                } catch (RuntimeException failed) {
                    org.tinylog.Logger.warn(failed, "Expiry failed");
                }
            }
        } catch (InterruptedException ended) {
            // By shutdown().
        }
    }

    /** Ends the watching. */
    public synchronized void shutdown() {
        stopped = true;
        if (watcher != null) {
            watcher.interrupt();
        }
    }
}
