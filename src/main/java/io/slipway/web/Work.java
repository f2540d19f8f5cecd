package io.slipway.web;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that answers requests, away from the network: to hash a password or to read the store takes a while.
 * At most {@value #WAITING} requests wait for it. It ends when there is nothing to do for a minute.
 */
final class Work {
    static final int WAITING = 16;
    private static final int IDLE_S = 60;

    private final Resource resources;
    /** {@code null} where everybody may come in. */
    private final Login login;
    private final String realm;
    private final Health health;
    private final ThreadPoolExecutor thread;

    Work(Resource resources, Login login, String realm, Health health) {
        this.resources = resources;
        this.login = login;
        this.realm = realm;
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

    /** Any thread; never waits. False where too many requests wait. */
    boolean take(final Request request, final String authorization, final String address, final Reply reply) {
        health.count(Counter.WEB_REQUESTS);
        try {
            thread.execute(new Runnable() {
                @Override
                public void run() {
                    answer(request, authorization, address, reply);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            health.count(Counter.WEB_REFUSED);
            return false;
        }
    }

    private void answer(Request request, String authorization, String address, Reply reply) {
        try {
            if (login != null && !isUser(authorization, address)) {
                health.count(Counter.WEB_LOGIN_REFUSED);
                reply.send(Answer.problem(401, "Unauthorized", "a user and password are needed", "www-authenticate",
                    "Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
            } else {
                resources.answer(request, reply);
            }
        } catch (BadRequest wrong) {
            reply.send(Answer.badRequest(wrong.getMessage()));
        } catch (RuntimeException unexpected) {
            health.error("web: a request failed: " + unexpected);
            reply.send(Answer.problem(500, "Internal Server Error", "this request failed; the log has more"));
        }
    }

    /** RFC 7617. */
    private boolean isUser(String authorization, String address) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(authorization.substring(6).trim());
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == pair.length) {
            return false;
        }
        byte[] password = new byte[pair.length - colon - 1];
        System.arraycopy(pair, colon + 1, password, 0, password.length);
        return login.check(new String(pair, 0, colon, StandardCharsets.UTF_8), password, address);
    }

    /** Takes nothing more and ends the thread, whatever it does. */
    void close() {
        thread.shutdownNow();
    }
}
