package io.slipway.mesh.coap;

import io.slipway.config.Lwm2mConfig;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.ResourceLink;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The registration interface of an LwM2M server (OMA LwM2M 1.0, section 5.3), as Contiki-NG's client uses it: nodes say
 * at {@code /rd} that they are there, for how long, and what objects they have. What the configuration wants of those
 * is observed while the registration lasts. One thread.
 */
final class Registrations {
    private static final String PATH = "rd";
    private static final long DEFAULT_LIFETIME_S = 86_400;
    private static final long LONGEST_LIFETIME_S = 10L * 365 * 86_400;

    /** One client. Rings when its lifetime is over. */
    private final class Registration extends Alarms.Alarm {
        private final Eui64 node;
        private final String endpoint;
        private final String id;
        private long lifetimeS = DEFAULT_LIFETIME_S;
        private List<ResourceLink> links = Collections.emptyList();

        Registration(Eui64 node, String endpoint, String id) {
            this.node = node;
            this.endpoint = endpoint;
            this.id = id;
        }

        @Override
        protected void ring() {
            end(this);
        }
    }

    private final Lwm2mConfig config;
    private final CoapClient client;
    private final Subscriptions subscriptions;
    private final Coap.Output output;
    private final Map<String, Registration> byId = new LinkedHashMap<>();
    private int lastId;

    Registrations(Lwm2mConfig config, CoapClient client, Subscriptions subscriptions, Coap.Output output) {
        this.config = config;
        this.client = client;
        this.subscriptions = subscriptions;
        this.output = output;
        // Begins anywhere, so that an update of an earlier life of the gateway does not meet another client.
        this.lastId = (int) client.identifiers.between(0, 0x100_0000);
    }

    /** Clients that are registered. */
    int size() {
        return byId.size();
    }

    /** Whether a path of the server, with its query, is about registrations. */
    static boolean isTheirs(String path) {
        return path.equals(PATH) || path.startsWith(PATH + '?') || path.startsWith(PATH + '/');
    }

    /** POST to {@code /rd}: registers; to {@code /rd/<id>}: updates. */
    Reply post(Eui64 node, Options options, byte[] payload) {
        String id = id(options);
        long lifetimeS = lifetime(options);
        if (lifetimeS < 0) {
            return new Reply(Code.BAD_REQUEST);
        }
        if (id == null) {
            return register(node, query(options, "ep="), lifetimeS, payload);
        }
        Registration known = byId.get(id);
        if (known == null || !known.node.equals(node)) {
            return new Reply(Code.NOT_FOUND);
        }
        if (lifetimeS > 0) {
            known.lifetimeS = lifetimeS;
        }
        if (payload.length > 0) {
            describe(known, payload);
        }
        client.alarms.set(known, known.lifetimeS * 1000);
        return new Reply(Code.CHANGED);
    }

    private Reply register(Eui64 node, String endpoint, long lifetimeS, byte[] payload) {
        if (endpoint == null || endpoint.isEmpty()) {
            return new Reply(Code.BAD_REQUEST);
        }
        for (Registration one : byId.values()) {
            // Section 5.3.1: a client that registers again takes its own place.
            if (one.node.equals(node) && one.endpoint.equals(endpoint)) {
                client.alarms.cancel(one);
                byId.remove(one.id);
                break;
            }
        }
        if (byId.size() >= config.clients) {
            return new Reply(Code.SERVICE_UNAVAILABLE);
        }
        lastId = lastId + 1 & 0xff_ffff;
        // Contiki-NG's client takes a location of 15 characters at most.
        Registration added = new Registration(node, endpoint, Integer.toHexString(lastId));
        byId.put(added.id, added);
        if (lifetimeS > 0) {
            added.lifetimeS = lifetimeS;
        }
        client.alarms.set(added, added.lifetimeS * 1000);
        describe(added, payload);
        Reply reply = new Reply(Code.CREATED);
        reply.options.add(Options.LOCATION_PATH, PATH).add(Options.LOCATION_PATH, added.id);
        return reply;
    }

    /** DELETE. */
    Reply deregister(Eui64 node, Options options) {
        Registration known = byId.get(String.valueOf(id(options)));
        if (known == null || !known.node.equals(node)) {
            return new Reply(Code.NOT_FOUND);
        }
        client.alarms.cancel(known);
        end(known);
        return new Reply(Code.DELETED);
    }

    private void describe(Registration registration, byte[] payload) {
        registration.links = LinkFormat.parse(payload);
        output.offers(registration.node, registration.links);
        for (String path : config.observe) {
            if (has(registration.links, path)) {
                subscriptions.observe(registration.node, path, config.intervalS);
            } else {
                subscriptions.forget(registration.node, path);
            }
        }
    }

    private void end(Registration ended) {
        byId.remove(ended.id);
        output.offers(ended.node, Collections.<ResourceLink>emptyList());
        for (String path : config.observe) {
            subscriptions.forget(ended.node, path);
        }
    }

    /** Whether a link names the path, or what it is part of, or a part of it. */
    private static boolean has(List<ResourceLink> links, String path) {
        String wanted = '/' + path + '/';
        for (ResourceLink link : links) {
            String target = link.target + '/';
            if (target.length() > 2 && (wanted.startsWith(target) || target.startsWith(wanted))) {
                return true;
            }
        }
        return false;
    }

    /** The second segment of the path; {@code null} where there is none. */
    private static String id(Options options) {
        boolean first = true;
        for (int i = 0; i < options.size(); i++) {
            if (options.number(i) == Options.URI_PATH) {
                if (!first) {
                    return text(options.value(i));
                }
                first = false;
            }
        }
        return null;
    }

    /** Seconds; 0 where nothing is said, -1 where it is no lifetime. */
    private static long lifetime(Options options) {
        String text = query(options, "lt=");
        if (text == null) {
            return 0;
        }
        try {
            long seconds = Long.parseLong(text);
            // 4294967295 is how a client says for ever.
            return seconds < 1 ? -1 : Math.min(seconds, LONGEST_LIFETIME_S);
        } catch (NumberFormatException noNumber) {
            return -1;
        }
    }

    private static String query(Options options, String name) {
        for (int i = 0; i < options.size(); i++) {
            if (options.number(i) == Options.URI_QUERY) {
                String query = text(options.value(i));
                if (query.startsWith(name)) {
                    return query.substring(name.length());
                }
            }
        }
        return null;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
