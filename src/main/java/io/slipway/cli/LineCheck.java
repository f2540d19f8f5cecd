package io.slipway.cli;

import io.slipway.config.LinkConfig;
import io.slipway.config.MeshConfig;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.FrameType;
import io.slipway.frame.HostCommand;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.link.Link;
import io.slipway.link.LinkListener;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a mesh's line can be opened and frames come, where no gateway runs: opens it as the gateway would, asks the
 * mote for its address, as every host does first, and listens.
 */
final class LineCheck implements LinkListener, SlipSink {
    private static final int FRAME_LIMIT = 1280;
    private static final int ENOUGH_FRAMES = 3;
    private static final int SOME_BYTES = 64;
    private static final byte END = (byte) 0xc0;

    private final FrameDecoder frames = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
    private final SlipDecoder slip = new SlipDecoder(this, FRAME_LIMIT);
    private final CountDownLatch enough = new CountDownLatch(ENOUGH_FRAMES);
    private Link link;
    private volatile long good;
    private volatile long spoilt;

    private LineCheck() {
    }

    static void look(MeshConfig mesh, int ms, Findings findings) throws InterruptedException {
        String about = "link " + mesh.name;
        if (mesh.link.kind == LinkConfig.Kind.UDP || mesh.link.kind == LinkConfig.Kind.FILE) {
            return;
        }
        Health health = new Health();
        LineCheck check = new LineCheck();
        // Before it is opened, or the user that is found is this process.
        String user = mesh.link.kind == LinkConfig.Kind.SERIAL ? userOf(mesh.link.target) : null;
        if (user != null) {
            findings.bad(about, mesh.link.target + " is in use by " + user, "stop that program: two that read one line"
                + " each get half of it");
            return;
        }
        String state;
        try (Link link = new Link(mesh.name, mesh.link, health)) {
            check.link = link;
            link.start(check);
            check.enough.await(ms, TimeUnit.MILLISECONDS);
            // To close it is a state too.
            state = health.stateOf(about);
        }
        long bytes = health.value(Counter.LINK_BYTES_READ);
        if (health.value(Counter.LINK_OPENED) == 0) {
            findings.bad(about, mesh.link + " cannot be opened: " + reason(state), advice(mesh.link));
        } else if (bytes == 0) {
            findings.bad(about, mesh.link + " is open, but nothing comes and the mote does not answer", "has it power"
                + " and rpl-border-router firmware, is the baud rate right?" + (mesh.link.kind == LinkConfig.Kind.SERIAL
                ? " Boards that wire DTR and RTS to reset and boot want '&dtr=off&rts=off'; this link has DTR "
                + (mesh.link.dtr ? "on" : "off") : ""));
        } else {
            judge(about, check.good, check.spoilt, bytes, findings);
        }
    }

    private static String reason(String state) {
        return state != null && state.startsWith("waiting: ") ? state.substring("waiting: ".length())
            : state == null ? "it takes too long" : state;
    }

    private static String advice(LinkConfig link) {
        if (link.kind == LinkConfig.Kind.TCP) {
            return "is the program up that serves the line there (ser2net), and are host and port right?";
        }
        return "is the mote plugged in (ls -l /dev/serial/by-id), and may this user open it (group dialout)?";
    }

    /** Says what the frames of a line tell of it. */
    static void judge(String about, long good, long spoilt, long bytes, Findings findings) {
        if (good == 0 && (spoilt > 0 || bytes >= SOME_BYTES)) {
            findings.bad(about, bytes + " bytes came and no frame in them decodes", "that is how a wrong baud rate"
                + " looks: stock Contiki-NG has 115200, older boards 57600 or 38400 (?baud=)");
        } else if (spoilt > good) {
            findings.unwise(about, "of " + (good + spoilt) + " frames " + spoilt + " do not decode", "a bad cable, a"
                + " buffer that overruns (flow=rtscts where the board has it), or another program on the line");
        } else if (good > 0) {
            findings.good(about, good + " frames decode" + (spoilt > 0 ? ", " + spoilt + " do not" : ""));
        } else {
            findings.unwise(about, "only " + bytes + " bytes came", "listen longer: slipway doctor --seconds 60");
        }
    }

    /** The program that has the device open, as far as this user may see; {@code null} where none is found. */
    private static String userOf(String device) {
        String[] processes = new File("/proc").list();
        try {
            Path real = new File(device).toPath().toRealPath();
            for (int i = 0; processes != null && i < processes.length; i++) {
                File[] open = new File("/proc/" + processes[i] + "/fd").listFiles();
                for (int f = 0; open != null && f < open.length; f++) {
                    if (leadsTo(open[f].toPath(), real)) {
                        return name(processes[i]);
                    }
                }
            }
        } catch (IOException gone) {
            // To open it says why.
        }
        return null;
    }

    private static boolean leadsTo(Path link, Path device) {
        try {
            return Files.readSymbolicLink(link).equals(device);
        } catch (IOException | UnsupportedOperationException gone) {
            return false;
        }
    }

    private static String name(String process) throws IOException {
        return new String(Files.readAllBytes(new File("/proc/" + process + "/comm").toPath()),
            StandardCharsets.UTF_8).trim() + " (process " + process + ")";
    }

    @Override
    public void opened() {
        byte[] question = SlipEncoder.encode(HostCommand.macQuery());
        try {
            // An END first: what the mote may have half of is over then.
            link.write(new byte[] {END}, 0, 1);
            link.write(question, 0, question.length);
        } catch (IOException said) {
            // The link's state says it.
        }
    }

    @Override
    public void received(byte[] buffer, int length) {
        slip.push(buffer, 0, length);
    }

    @Override
    public void idle() {
        // The time is the waiting thread's.
    }

    @Override
    public void closed() {
        slip.reset();
    }

    @Override
    public void frame(byte[] buffer, int length, long start, long end) {
        if (frames.decode(buffer, length).type() == FrameType.INVALID) {
            spoilt++;
        } else {
            good++;
            enough.countDown();
        }
    }

    @Override
    public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
        spoilt++;
    }
}
