package io.slipway.gateway;

import io.netty.handler.ssl.SslContext;
import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.NodeView;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import io.slipway.replication.Replication;
import io.slipway.security.Acl;
import io.slipway.security.PasswordFile;
import io.slipway.security.ServerTls;
import io.slipway.security.Users;
import io.slipway.store.Store;
import io.slipway.web.Facts;
import io.slipway.web.Orders;
import io.slipway.web.Site;
import io.slipway.web.WebServer;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The web server and what it sees of the gateway. Loaded only where it is configured. */
final class WebService implements Closeable {
    private final Config config;
    private final Topics topics;
    private final Health health;
    private final Store store;
    private final List<Mesh> meshes;
    private final Site site;
    /** Set before anything is served. */
    private StatusReport report;
    private WebServer server;
    /** {@code null} where everybody may come in. */
    private Users users;
    /** {@code null} where it is HTTP. */
    private ServerTls tls;

    /**
     * Listens to the broker from its start on; serves nothing yet.
     *
     * @throws IOException if a file that the section names cannot be used
     */
    WebService(Config config, Topics topics, LanBroker broker, Store store, List<Mesh> meshes,
               final CommandService commands, Health health) throws IOException {
        this.config = config;
        this.topics = topics;
        this.health = health;
        this.store = store;
        this.meshes = meshes;
        if (config.web.passwordFile != null || config.web.tls.clientCertificateRequired) {
            users = new Users(passwords(), config.web.loginAttempts, health);
        }
        Orders orders = new Orders() {
            @Override
            public void command(String topic, byte[] payload) {
                commands.command(topic, payload);
            }
        };
        this.site = new Site(topics, config.web.liveClients, rules(), new Shown(), new StoredReadings(store), orders,
            health);
        broker.add(new LanBroker.Tap() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                site.heard(topic, payload);
            }
        });
    }

    /**
     * Serves when it returns.
     *
     * @param replication {@code null} where no values are shared
     * @throws IOException if the address cannot be bound, or the password file not be used
     */
    void start(StatusReport statusReport, Replication replication) throws IOException {
        report = statusReport;
        if (replication != null) {
            site.share(new WebValues(replication), rules());
        }
        tls = config.web.tls.isSet()
            ? new ServerTls(config.web.tls, config.gateway.dataDir, config.gateway.id) : null;
        server = new WebServer(config.web, site, users, tls, config.gateway.id, health);
        server.start();
    }

    private PasswordFile passwords() throws IOException {
        return config.web.passwordFile == null ? PasswordFile.none() : PasswordFile.read(config.web.passwordFile);
    }

    private Acl rules() throws IOException {
        return config.web.aclFile == null ? Acl.open() : Acl.read(config.web.aclFile);
    }

    /**
     * Reads the files that the section names once more.
     *
     * @return has them count from then on: for the next request, and the next connection
     * @throws IOException if one cannot be used, with file and line; nothing has changed then
     */
    Runnable prepare() throws IOException {
        final PasswordFile passwords = passwords();
        final Acl rules = rules();
        final SslContext context = tls == null ? null : tls.read(config.web.tls);
        return new Runnable() {
            @Override
            public void run() {
                if (users != null) {
                    users.use(passwords, config.web.loginAttempts);
                }
                site.use(rules);
                if (context != null) {
                    tls.use(context);
                }
            }
        };
    }

    /** The port that is listened on. */
    int port() {
        return server.port();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        if (users != null) {
            users.close();
        }
    }

    /** The gateway as the server sees it. */
    private final class Shown implements Facts {
        private final Outlook outlook = new Outlook(config, store, health);

        @Override
        public void status(JsonWriter json) {
            report.writeTo(json);
            json.field("now", System.currentTimeMillis());
            String lastStop = health.stateOf("last_stop");
            if (lastStop != null) {
                json.object("last_stop").field("reason", lastStop).endObject();
            }
            json.array("meshes");
            for (int i = 0; i < meshes.size(); i++) {
                String name = config.meshes.get(i).name;
                json.object().field("name", name).field("state", health.stateOf(name))
                    .field("link", health.stateOf("link " + name)).endObject();
            }
            json.endArray();
            outlook.writeTo(json);
        }

        @Override
        public List<Node> nodes() {
            List<Node> all = new ArrayList<>();
            for (Mesh mesh : meshes) {
                for (NodeView view : mesh.nodes()) {
                    all.add(new Known(view));
                }
            }
            Collections.sort(all, new Comparator<Node>() {
                @Override
                public int compare(Node one, Node other) {
                    return Long.compareUnsigned(one.name().bits(), other.name().bits());
                }
            });
            return all;
        }
    }

    private static final class Known implements Facts.Node {
        private final NodeView view;

        private Known(NodeView view) {
            this.view = view;
        }

        @Override
        public Eui64 name() {
            return view.node;
        }

        @Override
        public void writeTo(JsonWriter json) {
            StatusReport.writeTo(view, json);
        }
    }
}
