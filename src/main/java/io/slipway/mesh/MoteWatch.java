package io.slipway.mesh;

import io.slipway.config.LinkConfig;
import io.slipway.config.MeshConfig;
import io.slipway.frame.CommandFrame;
import io.slipway.frame.Frame;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.FrameType;
import io.slipway.frame.HostCommand;
import io.slipway.frame.QueryFrame;
import io.slipway.frame.RadioFrame;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.link.Link;
import io.slipway.slip.SlipEncoder;

/**
 * Sees whether there is a border router at the end of the line: wakes one that has fallen silent, and says in plain
 * words what else may be there, a slip-radio, a line at another baud rate, or a mote that does not hear us. The link's
 * thread.
 */
final class MoteWatch {
    private static final long SECOND_NS = 1_000_000_000L;
    /** Noise is what lasts so long and has so many bytes; a mote's boot loader may say something for itself. */
    private static final long NOISE_NS = 10 * SECOND_NS;
    private static final int NOISE_BYTES = 24;
    /** Printable by chance are shorter ones only. */
    private static final int TEXT_BYTES = 8;
    /** Three in a row from one network are no accident. */
    private static final int RADIO_FRAMES = 3;
    /** Once a second until answered. One or two may cross the answer. */
    private static final int VAIN_QUERIES = 10;

    private final String name;
    private final LinkConfig linkConfig;
    private final Link link;
    private final FrameSender sender;
    private final Health health;
    private final Silence silence;
    private final byte[] question = SlipEncoder.encode(HostCommand.macQuery());
    private volatile long heardNs = System.nanoTime();
    private volatile boolean open;
    private int bytesSinceHeard;
    private boolean badSinceHeard;
    private boolean saidNoise;
    private int queries;
    /** {@code null} until there is a frame that a border router does not send. */
    private FrameDecoder radio;
    private String radioPan;
    private int radioFrames;

    MoteWatch(MeshConfig config, Link link, FrameSender sender, Health health) {
        this.name = config.name;
        this.linkConfig = config.link;
        this.link = link;
        this.sender = sender;
        this.health = health;
        // A recording that is over is silent for good.
        boolean isRecording = config.link.kind == LinkConfig.Kind.FILE;
        this.silence = new Silence(isRecording ? 0 : config.silenceS, config.link.canReset());
        health.gauge(name + "_silent_s", new Gauge() {
            @Override
            public long value() {
                return open ? (System.nanoTime() - heardNs) / SECOND_NS : 0;
            }
        });
    }

    /** After the state of the mesh was set. */
    void opened() {
        long now = System.nanoTime();
        silence.opened(now);
        heardNs = now;
        open = true;
        bytesSinceHeard = 0;
        badSinceHeard = false;
        saidNoise = false;
        queries = 0;
        radioFrames = 0;
        if (silence.lasts()) {
            health.state(name, "silent: port opened again");
        }
    }

    void closed() {
        open = false;
    }

    /** Bytes came; before the frames in them. */
    void received(int length) {
        bytesSinceHeard += length;
    }

    /** What stood between two ENDs was no frame. */
    void bad() {
        badSinceHeard = true;
    }

    /** A frame came; before anybody acts on it. */
    void frame(Frame frame) {
        if (frame.type() == FrameType.INVALID) {
            bad();
            if (isRadioFrame(frame)) {
                heard();
                if (radioFrames == RADIO_FRAMES) {
                    slipRadio();
                }
            }
        } else if (isSign(frame)) {
            heard();
        }
    }

    private void heard() {
        heardNs = System.nanoTime();
        bytesSinceHeard = 0;
        if (badSinceHeard) {
            badSinceHeard = false;
            health.count(Counter.SLIP_RESYNCED);
        }
        if (silence.heard(heardNs)) {
            health.count(Counter.MESH_SILENT_ENDED);
            health.state(name, "the mote answers again");
        } else if (saidNoise) {
            health.state(name, "the mote is heard");
        }
        saidNoise = false;
    }

    /** Whether noise would not look like this. */
    private boolean isSign(Frame frame) {
        switch (frame.type()) {
            case IPV6:
                queries = 0;
                radioFrames = 0;
                return true;
            case QUERY:
                return ((QueryFrame) frame).isPrefixQuery() && asked();
            case COMMAND:
                CommandFrame command = (CommandFrame) frame;
                return command.borderRouterMac() != null || command.isSlipRadioMac();
            case TEXT:
            case DEBUG:
            case ERROR:
                return frame.bytes().length >= TEXT_BYTES;
            case MQTT:
                return true;
            default:
                return false;
        }
    }

    /** Always true. */
    private boolean asked() {
        if (++queries == VAIN_QUERIES) {
            health.error(name + ": the mote asks for its prefix again and again, so it does not hear the gateway; "
                + "is the wire to it broken, or its flow control on?");
        }
        return true;
    }

    /** A slip-radio passes on what it hears on the air, so here are 802.15.4 frames where packets should be. */
    private boolean isRadioFrame(Frame frame) {
        if (radio == null) {
            radio = new FrameDecoder(FrameDecoder.Mode.SLIP_RADIO, false, false);
        }
        Frame again = radio.decode(frame.bytes(), frame.bytes().length);
        String pan = again.type() == FrameType.IEEE802154 ? ((RadioFrame) again).frame().dstPan() : null;
        radioFrames = pan != null && pan.equals(radioPan) ? radioFrames + 1 : 1;
        radioPan = pan;
        return pan != null && radioFrames >= RADIO_FRAMES;
    }

    /** The mote turned out to run the wrong firmware. */
    void slipRadio() {
        health.error(name + ": the mote runs slip-radio firmware, which leaves the mesh to its host; "
            + "flash rpl-border-router instead");
        health.state(name, "slip-radio firmware");
    }

    /**
     * About once a second. Takes the step that is due.
     *
     * @return whether the mote counts as silent, so that its next word is news
     */
    boolean tick(long now) {
        if (!open) {
            return false;
        }
        if (!saidNoise && bytesSinceHeard >= NOISE_BYTES && now - heardNs >= NOISE_NS) {
            saidNoise = true;
            boolean isSerial = linkConfig.kind == LinkConfig.Kind.SERIAL;
            health.error(name + ": nothing of what comes is a frame; is "
                + (isSerial ? "baud=" + linkConfig.baud : "the serial server's baud rate")
                + " the mote's baud rate, and is it a border router?");
            health.state(name, "noise");
        }
        step(silence.due(now));
        return saidNoise || silence.lasts();
    }

    private void step(Silence.Step step) {
        switch (step) {
            case ASK:
                health.count(Counter.MESH_SILENT_ASKED);
                if (silence.lasts()) {
                    say("asked again");
                }
                sender.addToHandshake(question);
                break;
            case REOPEN:
                health.count(Counter.MESH_SILENT_REOPENED);
                link.reopen("the mote is silent");
                break;
            case RESET:
                say("reset");
                link.reset();
                sender.addToHandshake(question);
                break;
            default:
                break;
        }
    }

    private void say(String done) {
        health.state(name, (saidNoise ? "noise: " : "silent: ") + done);
    }
}
