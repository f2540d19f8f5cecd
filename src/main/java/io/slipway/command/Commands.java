package io.slipway.command;

import io.slipway.config.CommandsConfig;
import io.slipway.config.NodeConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import java.util.List;
import java.util.Map;

/**
 * Takes commands, wherever they come from, and sees each through to its end, over restarts of the gateway. A command is
 * reported {@code queued} when it is durable, {@code sent} when it is on the line, and then as what became of it; see
 * docs/commands.md. One thread of its own, which begins with the first command. Any thread may call; nothing waits but
 * {@link #close}.
 */
public final class Commands {
    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final long IDLE_MS = 2000;
    private static final String STOPPING = "stopping";

    private final Topics topics;
    private final CommandsConfig config;
    private final List<? extends Radio> radios;
    private final LifeClock clock;
    private final Ledger ledger;
    private final Reports reports;
    private final Health health;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Past past = new Past();
    private long lastNumber;
    /** Nothing more is sent, and what the mesh says of its end is no news of a command. */
    private volatile boolean holding;

    /** Starts nothing yet. */
    public Commands(Topics topics, CommandsConfig config, List<NodeConfig> nodeRules, List<? extends Radio> radios,
                    LifeClock clock, Ledger ledger, Reports reports, Health health) {
        this.topics = topics;
        this.config = config;
        this.radios = radios;
        this.clock = clock;
        this.ledger = ledger;
        this.reports = reports;
        this.health = health;
        this.loop = new EventLoop(new EventLoop.Chores() {
            @Override
            public long run() {
                return holding ? IDLE_MS : dispatcher.run();
            }
        }, health);
        this.dispatcher = new Dispatcher(config, nodeRules, radios, clock, new Dispatcher.Exit() {
            @Override
            public void send(Radio radio, NodeQueue queue, Command command) {
                try {
                    radio.send(command, new CommandProgress(Commands.this, command));
                } catch (RuntimeException impossible) {
                    // Of an earlier version or configuration, perhaps. It must not stop all the others.
                    health.error("commands: one could not be sent: " + impossible);
                    tell(command, News.ENDED, Report.refused(command.id, "impossible", impossible.getMessage()));
                }
            }

            @Override
            public void expired(Command command) {
                health.count(Counter.COMMANDS_EXPIRED);
                ended(command, Report.of("expired", command.id));
            }
        });
    }

    /** A message on a topic for which {@link Topics#isDown} holds. The payload is the receiver's to keep. */
    public void command(String topic, final byte[] payload) {
        final CommandTopic parsed;
        try {
            parsed = CommandTopic.parse(topics, topic);
        } catch (IllegalArgumentException wrong) {
            refuse(topic, null, "invalid", wrong.getMessage());
            return;
        }
        if (parsed.kind == CommandTopic.Kind.FORGET) {
            forget(parsed);
            return;
        }
        boolean taken = !holding && post(new EventLoop.Event() {
            @Override
            public void happen() {
                accept(parsed, payload);
            }
        }, config.queue);
        if (!taken) {
            refuse(topic, parsed.id, holding ? STOPPING : "queue_full",
                holding ? "the gateway stops" : "too many commands are waiting");
        }
    }

    private void forget(CommandTopic topic) {
        boolean known = false;
        for (Radio radio : radios) {
            known |= radio.forget(topic.node);
        }
        if (known) {
            reports.publish(Topics.stateOf(topic.text), Report.of("answered", topic.id));
        } else {
            refuse(topic.text, topic.id, "unknown_node", "the node was never heard of");
        }
    }

    /** A datagram came from a node: it is awake, and known. */
    public void heard(final Eui64 node) {
        if (dispatcher.awaits(node)) {
            post(new EventLoop.Event() {
                @Override
                public void happen() {
                    // The dispatcher looks anew after each event.
                }
            }, UNBOUNDED);
        }
    }

    /** What an earlier life left, by number. */
    public void found(final Map<Long, byte[]> records) {
        if (!records.isEmpty()) {
            post(new EventLoop.Event() {
                @Override
                public void happen() {
                    for (Map.Entry<Long, byte[]> record : records.entrySet()) {
                        restore(record.getKey(), record.getValue());
                    }
                }
            }, UNBOUNDED);
        }
    }

    /** What was kept is lost: everything is kept again. */
    public void lost() {
        post(new EventLoop.Event() {
            @Override
            public void happen() {
                for (Command command : dispatcher.all()) {
                    ledger.put(command.number, CommandCodec.encode(command));
                }
                for (Command command : past.allEnded()) {
                    ledger.put(command.number, CommandCodec.encode(command));
                }
            }
        }, UNBOUNDED);
    }

    /** Nothing more is accepted or sent; what is on its way may still get there. */
    public void hold() {
        holding = true;
    }

    /** Ends the thread. What has not ended is durable, or will be when the store closes. Returns within 2 s. */
    public void close() {
        holding = true;
        loop.close();
    }

    /** How many wait or are under way. */
    public int count() {
        return dispatcher.count();
    }

    private boolean post(EventLoop.Event event, int limit) {
        return loop.post(event, limit);
    }

    private void accept(CommandTopic topic, byte[] payload) {
        if (topic.id != null) {
            Command known = past.find(topic.node + "/" + topic.id);
            if (known != null) {
                health.count(Counter.COMMANDS_REPEATED);
                if (known.report != null) {
                    reports.publish(Topics.stateOf(topic.text), known.report);
                }
                return;
            }
        }
        Radio radio = dispatcher.radioOf(topic.node);
        NodeConfig rules = dispatcher.rules(topic.node);
        if (radio == null && topic.kind == CommandTopic.Kind.COAP && radios.size() == 1) {
            // One that only ever answers was perhaps never heard, and its address follows from its name.
            radio = radios.get(0);
        }
        if (radio == null && !rules.sleepy) {
            refuse(topic.text, topic.id, "unknown_node", "the node was never heard of");
            return;
        }
        String full = dispatcher.full(topic.node, payload.length);
        if (full != null) {
            refuse(topic.text, topic.id, full, full.equals("queue_full") ? "too many commands are waiting"
                : "too many commands are waiting for this node");
            return;
        }
        long number = Math.max(lastNumber, (long) clock.epoch().boot() << 32) + 1;
        int ttlS = topic.ttlS > 0 ? topic.ttlS : rules.ttlS > 0 ? rules.ttlS : config.ttlS;
        String id = topic.id != null ? topic.id : clock.epoch() + "-" + (number & 0xffffffffL);
        Command command = new Command(number, id, topic, payload, clock.epoch(), clock.mono(),
            clock.isTrusted() ? clock.wall() : 0, ttlS * 1000L);
        String objection = radio == null ? null : radio.objection(command);
        if (objection != null) {
            refuse(topic.text, topic.id, "invalid", objection);
            return;
        }
        lastNumber = number;
        keep(command);
    }

    private void keep(final Command command) {
        health.count(Counter.COMMANDS_ACCEPTED);
        past.add(command);
        dispatcher.add(command);
        ledger.put(command.number, CommandCodec.encode(command), new Ledger.Receipt() {
            @Override
            public void kept(final boolean durable) {
                post(new EventLoop.Event() {
                    @Override
                    public void happen() {
                        Commands.this.kept(command, durable);
                    }
                }, UNBOUNDED);
            }
        });
    }

    private void kept(Command command, boolean durable) {
        if (command.state == Command.State.QUEUED && !command.kept && (durable || !holding)) {
            command.kept = true;
            report(command, durable ? Report.of("queued", command.id) : Report.queuedInMemory(command.id));
        }
    }

    private void restore(long number, byte[] body) {
        Command command = CommandCodec.decode(topics, number, body);
        lastNumber = Math.max(lastNumber, number);
        if (command == null || past.find(command.key()) != null) {
            ledger.remove(number);
            return;
        }
        past.add(command);
        if (command.state == Command.State.ENDED) {
            forgetOldest(past.ended(command));
            return;
        }
        health.count(Counter.COMMANDS_RESTORED);
        command.ranMs = ledger.ranMsSince(command.epoch, command.mono);
        if (command.state == Command.State.SENT && !command.isIdempotent()) {
            ended(command, Report.failed(command.id, "the gateway was started anew before the answer came; "
                + "whether the node did it is not known"));
            return;
        }
        command.state = Command.State.QUEUED;
        dispatcher.add(command);
    }

    private void report(Command command, byte[] report) {
        command.report = report;
        reports.publish(Topics.stateOf(command.topic.text), report);
    }

    /** Says the last word on a command, which does not wait any more. */
    private void ended(Command command, byte[] report) {
        command.state = Command.State.ENDED;
        report(command, report);
        if (command.isNamed()) {
            command.report = Report.toKeep(command.id, report);
            ledger.put(command.number, CommandCodec.encode(command));
            forgetOldest(past.ended(command));
        } else {
            ledger.remove(command.number);
        }
    }

    private void forgetOldest(Command oldest) {
        if (oldest != null) {
            ledger.remove(oldest.number);
        }
    }

    private void refuse(String topic, String id, String kind, String reason) {
        health.count(Counter.DOWNLINK_REFUSED);
        reports.publish(Topics.stateOf(topic), Report.refused(id, kind, reason));
    }

    /** News of a command that was handed to a mesh. */
    private void became(Command command, News news, byte[] report) {
        boolean hasEnded = command.state == Command.State.ENDED;
        switch (news) {
            case SENT:
                if (command.state == Command.State.QUEUED && command.topic.kind == CommandTopic.Kind.UDP) {
                    dispatcher.done(command);
                    ended(command, report);
                } else if (command.state == Command.State.QUEUED) {
                    command.state = Command.State.SENT;
                    report(command, report);
                    ledger.put(command.number, CommandCodec.encode(command));
                }
                break;
            case LATER:
                dispatcher.again(command);
                break;
            case ENDED:
                if (!hasEnded) {
                    dispatcher.done(command);
                    ended(command, report);
                } else if (command.topic.kind == CommandTopic.Kind.UDP) {
                    // It was sent, and the mesh sent it back.
                    report(command, report);
                    if (past.find(command.key()) == command) {
                        ledger.put(command.number, CommandCodec.encode(command));
                    }
                }
                break;
            default:
                throw new IllegalStateException(String.valueOf(news));
        }
    }

    /** Takes news of a command from a mesh. Any thread. */
    void tell(final Command command, final News news, final byte[] report) {
        post(new EventLoop.Event() {
            @Override
            public void happen() {
                became(command, news, report);
            }
        }, UNBOUNDED);
    }

    boolean isHolding() {
        return holding;
    }
}
