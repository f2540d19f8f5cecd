package io.slipway.broker;

import io.moquette.broker.Doorkeeper;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.security.Users;
import java.net.InetAddress;

/** Lets users in whose password is right. Any thread. */
final class Login implements Doorkeeper {
    private final Users users;
    private final Health health;

    Login(Users users, Health health) {
        this.users = users;
        this.health = health;
    }

    /** Counts a refusal. */
    @Override
    public void check(InetAddress from, String user, byte[] password, final Answer answer) {
        if (user == null || password == null) {
            health.count(Counter.BROKER_LOGIN_REFUSED);
            answer.decided(false);
            return;
        }
        users.verify(from, user, password, new Users.Answer() {
            @Override
            public void checked(boolean right) {
                if (!right) {
                    health.count(Counter.BROKER_LOGIN_REFUSED);
                }
                answer.decided(right);
            }
        });
    }
}
