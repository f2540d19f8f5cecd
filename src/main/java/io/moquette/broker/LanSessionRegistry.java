package io.moquette.broker;

import io.moquette.broker.ISessionsRepository.SessionData;
import io.moquette.broker.subscriptions.ISubscriptionsDirectory;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Moquette's sessions with a bound: of the clients that are absent but want their messages kept, the one that has been
 * away longest is forgotten when there are more than connections are allowed. Called by the session loop.
 */
final class LanSessionRegistry extends SessionRegistry {
    private final Map<String, Session> absent = new LinkedHashMap<>();
    private final ISubscriptionsDirectory subscriptions;
    private final ISessionsRepository sessions;
    private final SessionEventLoopGroup loop;
    private final BrokerSettings settings;
    private final SteadyClock clock;

    LanSessionRegistry(ISubscriptionsDirectory subscriptions, ISessionsRepository sessions, Authorizator authorizator,
                       SessionEventLoopGroup loop, BrokerSettings settings, SteadyClock clock) {
        super(subscriptions, sessions, new MemoryQueueRepository(), authorizator, null, clock,
            BrokerSettings.SESSION_EXPIRY_SECONDS, loop);
        this.subscriptions = subscriptions;
        this.sessions = sessions;
        this.loop = loop;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    SessionCreationResult createOrReopenSession(MqttConnectMessage msg, String clientId, String username) {
        absent.remove(clientId);
        SessionCreationResult result = super.createOrReopenSession(msg, clientId, username);
        if (result.mode == CreationModeEnum.REOPEN_EXISTING) {
            // A client that comes back may ask for another time to be kept, or another version of the protocol.
            SessionData old = result.session.getSessionData();
            int expiry = MQTTConnection.sessionExpiry(msg);
            SessionData data = new SessionData(clientId, Utils.versionFromConnect(msg), expiry, clock);
            result.session.updateSessionData(old.hasWill() ? data.withWill(old.will()) : data);
        }
        return result;
    }

    @Override
    void connectionClosed(Session session) {
        super.connectionClosed(session);
        if (session.expireImmediately()) {
            return;
        }
        absent.remove(session.getClientID());
        absent.put(session.getClientID(), session);
        if (absent.size() > settings.maxConnections) {
            Iterator<Session> oldest = absent.values().iterator();
            forget(oldest.next());
            settings.events.sessionDropped();
        }
    }

    /** Ends the session of an absent client, with all that waits for it. */
    void forget(Session session) {
        absent.remove(session.getClientID());
        session.assignState(Session.SessionStatus.DISCONNECTED, Session.SessionStatus.DESTROYED);
        remove(session);
        sessions.delete(session.getSessionData());
        subscriptions.removeSharedSubscriptionsForClient(session.getClientID());
    }

    @Override
    void remove(final Session session) {
        if (session == null) {
            return;
        }
        // An expired session is reported by the expiry's own thread.
        loop.routeCommand(session.getClientID(), "remove session", new Callable<Void>() {
            @Override
            public Void call() {
                absent.remove(session.getClientID(), session);
                LanSessionRegistry.super.remove(session);
                return null;
            }
        });
    }
}
