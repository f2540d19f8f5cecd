package io.slipway.web;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that answers requests, away from the network: to read the store takes a while.
 * At most {@value #WAITING} requests wait for it. It ends when there is nothing to do for a minute.
 */
final class Work {
    static final int WAITING = 16;
    private static final int IDLE_S = 60;

    private final Resource resources;
    private final Health health;
    private final ThreadPoolExecutor thread;

    Work(Resource resources, Health health) {
        this.resources = resources;
        this.health = health;
        this.thread = new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS,
            new ArrayBlockingQueue<Runnable>(WAITING), new ThreadFactory() {
                @Override
                public Thread newThread(Runnable work) {
                    Thread made = new Thread(work, "web-work");
                    made.setDaemon(true);
                    return made;
                }
            });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Has a request answered. Any thread; never waits. */
    void take(final Request request, final Reply reply) {
        health.count(Counter.WEB_REQUESTS);
        try {
            thread.execute(new Runnable() {
                @Override
                public void run() {
                    answer(request, reply);
                }
            });
        } catch (RejectedExecutionException full) {
            health.count(Counter.WEB_REFUSED);
            reply.send(Answer.unavailable("too many requests at one time", 2));
        }
    }

    private void answer(Request request, Reply reply) {
        try {
            resources.answer(request, reply);
        } catch (BadRequest wrong) {
            reply.send(Answer.badRequest(wrong.getMessage()));
        } catch (RuntimeException unexpected) {
            health.error("web: a request failed: " + unexpected);
            reply.send(Answer.problem(500, "Internal Server Error", "this request failed; the log has more"));
        }
    }

    /** Takes nothing more and ends the thread, whatever it does. */
    void close() {
        thread.shutdownNow();
    }
}
