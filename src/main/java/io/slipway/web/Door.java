package io.slipway.web;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.security.Users;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Lets in who is known: HTTP Basic (RFC 7617), or a client certificate, which was checked before. There is no session
 * that could be stolen or run out; a browser sends the password by itself, which is why {@link Gate} looks where a
 * request comes from. Any thread; never waits.
 */
final class Door {
    private static final String SCHEME = "Basic ";

    /** {@code null} where everybody may come in. */
    private final Users users;
    private final String realm;
    private final Work work;
    private final Health health;

    Door(Users users, String realm, Work work, Health health) {
        this.users = users;
        this.realm = realm;
        this.work = work;
        this.health = health;
    }

    /**
     * Sees to it that a request is answered, by the worker or with a no.
     *
     * @param request with the user that the client's certificate names, if any
     */
    void enter(final Request request, String authorization, InetAddress from, final Reply reply) {
        if (users == null || request.user != null) {
            work.take(request, reply);
            return;
        }
        byte[] pair = pair(authorization);
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == pair.length) {
            refuse(reply);
            return;
        }
        byte[] password = new byte[pair.length - colon - 1];
        System.arraycopy(pair, colon + 1, password, 0, password.length);
        final String user = new String(pair, 0, colon, StandardCharsets.UTF_8);
        users.verify(from, user, password, new Users.Answer() {
            @Override
            public void checked(boolean right) {
                if (right) {
                    work.take(request.by(user), reply);
                } else {
                    refuse(reply);
                }
            }
        });
    }

    /** What stands behind {@code Basic}; nothing where it is not there. */
    private static byte[] pair(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(authorization.substring(SCHEME.length()).trim());
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private void refuse(Reply reply) {
        health.count(Counter.WEB_LOGIN_REFUSED);
        reply.send(Answer.problem(401, "Unauthorized", "a user and password are needed", "www-authenticate",
            SCHEME + "realm=\"" + realm + "\", charset=\"UTF-8\""));
    }
}
