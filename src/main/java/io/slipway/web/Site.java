package io.slipway.web;

import io.slipway.health.Health;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything that is served, by its path, and the ears through which it learns what happens. The resources are the
 * worker's; {@link #heard} may be called by any thread and never waits.
 */
public final class Site implements Resource {
    static final String API = "/api/v1";
    private static final String STATE = "/state";

    private final Map<String, Resource> resources = new HashMap<>();
    private final Resource nodes;
    private final CommandsResource commands;
    /** {@code null} where no values are shared. */
    private SharedResource shared;
    private final Topics topics;
    private final Live live;
    private final Recent recent;
    private final CommandWatch watch;

    /**
     * @param topics of this gateway
     * @param liveClients who may follow at one time
     * @param acl whose rules of writing decide who may send which command
     */
    public Site(Topics topics, int liveClients, Acl acl, Facts facts, Archive archive, Orders orders, Health health) {
        this.topics = topics;
        this.live = new Live(liveClients, health);
        this.recent = new Recent();
        this.watch = new CommandWatch();
        this.nodes = new NodesResource(facts, recent);
        this.commands = new CommandsResource(topics, acl, orders, watch);
        resources.put(API + "/status", new StatusResource(facts));
        resources.put(API + "/counters", new CountersResource(health));
        resources.put(API + "/nodes", nodes);
        resources.put(API + "/readings", new ReadingsResource(archive));
        resources.put(API + "/commands", commands);
        resources.put(API + "/live", new Resource() {
            @Override
            public void answer(Request request, Reply reply) throws BadRequest {
                request.allow("node source");
                reply.follow(LiveFilter.of(request));
            }
        });
        resources.put("/metrics", new MetricsResource(health));
        resources.put(API + "/openapi.json", new StaticResource("openapi.json", Answer.JSON));
        resources.put("/", new StaticResource("index.html", "text/html; charset=utf-8"));
        resources.put("/slipway.js", new StaticResource("slipway.js", "text/javascript; charset=utf-8"));
        resources.put("/slipway.css", new StaticResource("slipway.css", "text/css; charset=utf-8"));
        resources.put("/icon.svg", new StaticResource("icon.svg", "image/svg+xml"));
    }

    /** Also serves shared values. Before anything is served. */
    public void share(SharedValues values, Acl acl) {
        shared = new SharedResource(values, topics, acl);
        resources.put(SharedResource.PATH, shared);
    }

    /** From now on these rules decide who may send which command, and see and change which shared value. Any thread. */
    public void use(Acl acl) {
        commands.use(acl);
        if (shared != null) {
            shared.use(acl);
        }
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        Resource resource = resources.get(request.path);
        if (resource == null && request.path.startsWith(API + "/nodes/")) {
            resource = nodes;
        } else if (resource == null && request.path.startsWith(API + "/commands/")) {
            resource = commands;
        } else if (resource == null && request.path.startsWith(SharedResource.PATH + "/")) {
            resource = shared;
        }
        if (resource == null) {
            reply.send(Answer.notFound("there is no such page"));
        } else if (!request.isRead() && resource != shared
            && !(request.method.equals("POST") && resource == commands)) {
            reply.send(Answer.methodNotAllowed(resource == commands ? "GET, HEAD, POST" : "GET, HEAD"));
        } else {
            resource.answer(request, reply);
        }
    }

    Live live() {
        return live;
    }

    /**
     * A message that was published on the LAN: a reading, a node's availability, or what became of a command.
     *
     * @param payload not changed any more
     */
    public void heard(String topic, byte[] payload) {
        int nodeAt = topics.root().length();
        int nodeEnd = nodeAt + 16;
        if (!topic.startsWith(topics.root()) || topic.length() <= nodeEnd || topic.charAt(nodeEnd) != '/') {
            return;
        }
        String node = topic.substring(nodeAt, nodeEnd);
        if (topic.startsWith("/up/", nodeEnd)) {
            String source = topic.substring(nodeEnd + 4);
            recent.add(node, source, payload);
            live.tell("reading", node, source, payload);
        } else if (topic.startsWith("/down/", nodeEnd) && topic.endsWith(STATE)) {
            byte[] news = watch.reported(topic, node, topic.substring(nodeEnd + 6, topic.length() - STATE.length()),
                payload);
            live.tell("command", node, null, news);
        }
    }
}
