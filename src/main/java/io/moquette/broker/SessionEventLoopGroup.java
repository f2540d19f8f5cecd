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
package io.moquette.broker;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Replaces Moquette's class of this name, with these changes:
 * <ul>
 * <li>One thread instead of one for each processor. A PUBLISH then reaches all its subscribers within one command, so
 * there is no queue between publisher and subscriber that could be full, no order that could be lost, and no choice
 * of a loop by the client id's hash (which went wrong for a hash of {@code Integer.MIN_VALUE} on 3 processors).
 * <li>A command that throws is reported and given up; it used to end the thread and with it the broker.
 * <li>What clients ask for and what the gateway publishes wait in two queues, which take turns. An acknowledgement used
 * to wait behind all that was published before it; on a machine that is slow for its readings those were two thousand
 * messages, of which the client's window let twenty through for each time that an acknowledgement got to the front.
 * <li>When the clients' queue is full, the network thread waits, which holds back the senders through TCP; it used to drop the
 * command, also an acknowledgement or the end of a connection. It waits as well while the commands hold too many bytes:
 * a full queue of long messages is more than the heap of a small machine.
 * </ul>
 */
class SessionEventLoopGroup {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** A message to several subscribers has several acknowledgements, and clients that flood must not have all. */
    private static final int CLIENTS_IN_A_ROW = 4;

    private final int capacity;
    private final BrokerEvents events;
    /** Guards both queues and whose turn it is. */
    private final Object turn = new Object();
    private final ArrayDeque<Command> ofClients = new ArrayDeque<>();
    private final ArrayDeque<Command> ofGateway = new ArrayDeque<>();
    private int clientsInARow;
    private final Thread loop;
    private final Object room = new Object();
    private int heldBytes;
    private volatile boolean running = true;

    private static final class Command {
        private final String name;
        private final Callable<Void> action;

        private Command(String name, Callable<Void> action) {
            this.name = name;
            this.action = action;
        }
    }

    SessionEventLoopGroup(int capacity, BrokerEvents events) {
        this.capacity = capacity;
        this.events = events;
        this.loop = new Thread("broker-sessions") {
            @Override
            public void run() {
                work();
            }
        };
        loop.start();
    }

    private void work() {
        while (running) {
            try {
                execute(next());
            } catch (InterruptedException stopped) {
                // Only terminate() interrupts, and it has cleared the flag.
            }
        }
    }

    private Command next() throws InterruptedException {
        synchronized (turn) {
            while (ofClients.isEmpty() && ofGateway.isEmpty()) {
                turn.wait();
            }
            if (ofClients.isEmpty() || clientsInARow >= CLIENTS_IN_A_ROW && !ofGateway.isEmpty()) {
                clientsInARow = 0;
                return ofGateway.poll();
            }
            clientsInARow++;
            if (ofClients.size() == capacity) {
                turn.notifyAll();
            }
            return ofClients.poll();
        }
    }

    private void execute(Command command) {
        try {
            command.action.call();
        } catch (Throwable failed) {
            events.failed(command.name, failed);
        }
    }

    int targetQueueOrdinal(String clientId) {
        return 0;
    }

    String sessionLoopThreadName(String clientId) {
        return loop.getName();
    }

    int getEventLoopCount() {
        return 1;
    }

    /** Runs a client's action on the loop: at once when called by it, else later. Waits while the queue is full. */
    public PostOffice.RouteResult routeCommand(String clientId, String name, Callable<Void> action) {
        Command command = new Command(name, action);
        if (Thread.currentThread() == loop) {
            execute(command);
            return PostOffice.RouteResult.success(clientId, DONE);
        }
        try {
            synchronized (turn) {
                while (running) {
                    if (ofClients.size() < capacity) {
                        add(ofClients, command);
                        return PostOffice.RouteResult.success(clientId, DONE);
                    }
                    turn.wait(100);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return PostOffice.RouteResult.failed(clientId);
    }

    /** Guarded by the turn. */
    private void add(ArrayDeque<Command> queue, Command command) {
        boolean waitedFor = ofClients.isEmpty() && ofGateway.isEmpty();
        queue.add(command);
        if (waitedFor) {
            turn.notifyAll();
        }
    }

    /**
     * To be called before a command that holds so many bytes is routed, and {@link #release} when it is done. Waits
     * while the commands hold more than {@link BrokerSettings#COMMAND_BYTES}; the loop itself never waits.
     */
    void reserve(int bytes) {
        synchronized (room) {
            try {
                while (running && heldBytes > 0 && heldBytes + bytes > BrokerSettings.COMMAND_BYTES
                    && Thread.currentThread() != loop) {
                    room.wait(100);
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            heldBytes += bytes;
        }
    }

    /** Gives back what was reserved. */
    void release(int bytes) {
        synchronized (room) {
            heldBytes -= bytes;
            room.notifyAll();
        }
    }

    /** Runs an action of the gateway's on the loop later; false where its queue is full. Never waits. */
    boolean offer(String name, Callable<Void> action) {
        synchronized (turn) {
            if (!running || ofGateway.size() >= capacity) {
                return false;
            }
            add(ofGateway, new Command(name, action));
            return true;
        }
    }

    /** Ends the thread; commands that still wait are dropped. */
    public void terminate() {
        running = false;
        loop.interrupt();
        try {
            loop.join(1000);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
