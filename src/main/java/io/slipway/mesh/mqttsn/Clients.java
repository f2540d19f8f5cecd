package io.slipway.mesh.mqttsn;

import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All clients, by their address and by their name, which is that of the node with the client id: many motes of one
 * firmware have one client id. Bounded: for a new one, the one goes that is gone longest. One thread.
 */
final class Clients {
    /** The longest client id that is taken; the standard has 23 characters. */
    private static final int LONGEST_ID = 64;

    private final MqttSnGateway gateway;
    private final Map<Route, Session> byRoute = new HashMap<>();
    /** The one that was spoken to longest ago first. */
    private final Map<String, Session> byName = new LinkedHashMap<>(16, 0.75f, true);

    Clients(MqttSnGateway gateway) {
        this.gateway = gateway;
    }

    static boolean isId(String clientId) {
        return !clientId.isEmpty() && clientId.length() <= LONGEST_ID && clientId.indexOf('\ufffd') < 0;
    }

    Collection<Session> all() {
        return byName.values();
    }

    int size() {
        return byName.size();
    }

    /** The client at an address; {@code null} where there is none. */
    Session at(Route from) {
        Session session = byRoute.get(from);
        if (session != null) {
            byName.get(name(session.node, session.clientId));
        }
        return session;
    }

    /** The client of that name, which now has this address; {@code null} where there is none. */
    Session moved(Eui64 node, String clientId, Route from) {
        Session session = byName.get(name(node, clientId));
        if (session != null && !session.isGone() && !from.equals(session.route())) {
            place(session, from);
            session.moved(from);
        }
        return session;
    }

    /** The client of that name, a new one if need be; {@code null} where there are too many. */
    Session connecting(Eui64 node, String clientId, Route from) {
        String name = name(node, clientId);
        Session session = byName.get(name);
        if (session == null) {
            if (byName.size() >= gateway.config.clients && !makeRoom()) {
                return null;
            }
            session = new Session(node, clientId, gateway);
            byName.put(name, session);
        }
        place(session, from);
        return session;
    }

    /** An address has one client: the one that was there before has got another name, or is not there any more. */
    private void place(Session session, Route from) {
        byRoute.remove(session.route(), session);
        Session before = byRoute.put(from, session);
        if (before != null && before != session) {
            before.leave();
        }
    }

    private boolean makeRoom() {
        for (Iterator<Session> sessions = byName.values().iterator(); sessions.hasNext();) {
            Session session = sessions.next();
            if (session.isGone()) {
                sessions.remove();
                byRoute.remove(session.route(), session);
                session.clear();
                return true;
            }
        }
        return false;
    }

    private static String name(Eui64 node, String clientId) {
        return node + " " + clientId;
    }
}
