package io.slipway.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a broker and knows MQTT: passes packets on one by one, and does to them what a bad line or a strange
 * broker would. All faults are off at first and can be switched while it runs. Random choices come from the seed.
 */
public final class MqttGate implements AutoCloseable {
    /** Says what becomes of a PUBLISH of the client. */
    public interface Publishes {
        /**
         * @return a reason code to refuse it with, {@link #CUT} to cut the connection, {@link #SWALLOW} to take it and
         *     say nothing, or 0 to pass it on
         */
        int judge(String topic, byte[] packet);
    }

    /** Cuts the connection, and does not pass the packet on. */
    public static final int CUT = -1;
    /** Neither passes the packet on nor answers it. */
    public static final int SWALLOW = -2;

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int SUBSCRIBE = 8;

    private final ServerSocket server;
    private final int target;
    private final Random random;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
        work -> new Thread(work, "mqtt-gate-later"));
    private volatile boolean open = true;
    private volatile boolean deaf;
    private volatile int maxDelayMs;
    private volatile int dropPercent;
    private volatile int duplicatePercent;
    private volatile long bytesPerSecond;
    private volatile int refusedSubscribes;
    private volatile Publishes publishes = (topic, packet) -> 0;
    private long bytesUp;
    private int mostInFlight;

    /** Listens, and passes on to this port of this machine, when it returns. */
    public MqttGate(int target, long seed) throws IOException {
        this.target = target;
        this.random = new Random(seed);
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("mqtt-gate-accept", this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Each PUBACK comes up to so many milliseconds late, and so in any order. */
    public void delayAcks(int maxMs) {
        maxDelayMs = maxMs;
    }

    /** So many of a hundred PUBACKs never come. */
    public void dropAcks(int percent) {
        dropPercent = percent;
    }

    /** So many of a hundred PUBACKs come twice. */
    public void duplicateAcks(int percent) {
        duplicatePercent = percent;
    }

    /** Swallows everything from now on, both ways, and closes nothing: as a line that is gone and nobody says so. */
    public void deaf(boolean now) {
        deaf = now;
    }

    /** What goes up goes so fast at most; 0 for as fast as it can. */
    public void bytesPerSecond(long most) {
        bytesPerSecond = most;
    }

    /** The next so many SUBSCRIBEs are refused, each filter of them, and do not get to the broker. */
    public void refuseSubscribes(int count) {
        refusedSubscribes = count;
    }

    public void judge(Publishes judge) {
        publishes = judge;
    }

    /** Cuts every connection; whether new ones are passed on is another matter. */
    public void cut() {
        List<Connection> now;
        synchronized (connections) {
            now = new ArrayList<>(connections);
            connections.clear();
        }
        now.forEach(Connection::close);
    }

    /** Whether new connections are passed on. */
    public void open(boolean now) {
        open = now;
    }

    /** Bytes that came from clients so far. */
    public synchronized long bytesUp() {
        return bytesUp;
    }

    /** The most publishes of one client that it had no PUBACK for at one time. */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    private synchronized boolean happens(int percent) {
        return random.nextInt(100) < percent;
    }

    private synchronized int below(int bound) {
        return bound <= 0 ? 0 : random.nextInt(bound + 1);
    }

    private synchronized void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                try {
                    if (!open) {
                        throw new IOException("shut");
                    }
                    Connection connection = new Connection(client,
                        new Socket(InetAddress.getLoopbackAddress(), target));
                    synchronized (connections) {
                        connections.add(connection);
                    }
                    start("mqtt-gate-up", connection::up);
                    start("mqtt-gate-down", connection::down);
                } catch (IOException nobody) {
                    client.close();
                }
            } catch (IOException closing) {
                // The loop's condition says whether it was that.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
        later.shutdownNow();
        List<Thread> running;
        synchronized (this) {
            running = new ArrayList<>(threads);
        }
        try {
            for (Thread thread : running) {
                thread.join(5000);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket broker;
        private final Set<Integer> inFlight = new HashSet<>();
        private boolean v5;

        Connection(Socket client, Socket broker) {
            this.client = client;
            this.broker = broker;
        }

        void up() {
            try (client; broker) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                OutputStream out = broker.getOutputStream();
                while (true) {
                    byte[] packet = read(in);
                    pace(packet.length);
                    int answer = deaf ? 0 : judge(packet);
                    if (answer == CUT) {
                        return;
                    }
                    if (answer == 0 && !deaf) {
                        out.write(packet);
                    }
                }
            } catch (IOException cut) {
                // Either side may go at any time; both go then.
            }
        }

        /** Looks at a packet from the client; a PUBLISH that is refused is answered here. */
        private int judge(byte[] packet) throws IOException {
            synchronized (MqttGate.this) {
                bytesUp += packet.length;
            }
            int body = bodyOf(packet);
            int type = packet[0] >> 4 & 0xf;
            if (type == CONNECT) {
                v5 = packet[body + 6] == 5;
            } else if (type == PUBLISH && (packet[0] & 6) != 0) {
                int length = word(packet, body);
                int id = word(packet, body + 2 + length);
                int verdict = publishes.judge(new String(packet, body + 2, length, StandardCharsets.UTF_8), packet);
                if (verdict > 0) {
                    send(new byte[] {0x40, 3, (byte) (id >> 8), (byte) id, (byte) verdict});
                } else if (verdict == 0) {
                    synchronized (MqttGate.this) {
                        inFlight.add(id);
                        mostInFlight = Math.max(mostInFlight, inFlight.size());
                    }
                }
                return verdict;
            } else if (type == SUBSCRIBE && refusedSubscribes > 0) {
                refusedSubscribes--;
                send(refusal(packet, body));
                return SWALLOW;
            }
            return 0;
        }

        private byte[] refusal(byte[] subscribe, int body) {
            int filters = 0;
            for (int at = body + 2 + (v5 ? 1 + subscribe[body + 2] : 0); at < subscribe.length; filters++) {
                at += 2 + word(subscribe, at) + 1;
            }
            byte[] suback = new byte[4 + (v5 ? 1 : 0) + filters];
            suback[0] = (byte) 0x90;
            suback[1] = (byte) (suback.length - 2);
            System.arraycopy(subscribe, body, suback, 2, 2);
            for (int i = suback.length - filters; i < suback.length; i++) {
                suback[i] = (byte) 0x80;
            }
            return suback;
        }

        void down() {
            try (client; broker) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(broker.getInputStream()));
                while (true) {
                    byte[] packet = read(in);
                    if (deaf) {
                        continue;
                    }
                    if ((packet[0] >> 4 & 0xf) == PUBACK) {
                        acknowledge(packet);
                    } else {
                        send(packet);
                    }
                }
            } catch (IOException cut) {
                // As above.
            }
        }

        private void acknowledge(byte[] puback) throws IOException {
            if (happens(dropPercent)) {
                return;
            }
            int copies = happens(duplicatePercent) ? 2 : 1;
            int delay = below(maxDelayMs);
            if (delay == 0) {
                deliver(puback, copies);
            } else if (!later.isShutdown()) {
                later.schedule(() -> {
                    deliver(puback, copies);
                    return null;
                }, delay, TimeUnit.MILLISECONDS);
            }
        }

        /** The copies together: one that comes later may meet its packet id in use again, for what never arrived. */
        private void deliver(byte[] puback, int copies) throws IOException {
            for (int i = 0; i < copies; i++) {
                deliver(puback);
            }
        }

        private void deliver(byte[] puback) throws IOException {
            synchronized (MqttGate.this) {
                inFlight.remove(word(puback, 2));
            }
            send(puback);
        }

        private void send(byte[] packet) throws IOException {
            synchronized (client) {
                client.getOutputStream().write(packet);
            }
        }

        private void pace(int bytes) {
            long rate = bytesPerSecond;
            long until = rate == 0 ? 0 : System.nanoTime() + bytes * 1_000_000_000L / rate;
            while (rate != 0 && System.nanoTime() - until < 0) {
                Await.pauseBriefly();
            }
        }

        void close() {
            try (client; broker) {
                client.shutdownInput();
            } catch (IOException ignored) {
                // It is gone already.
            }
        }
    }

    private static int word(byte[] packet, int at) {
        return (packet[at] & 0xff) << 8 | packet[at + 1] & 0xff;
    }

    /** Where a packet goes on behind its length. */
    private static int bodyOf(byte[] packet) {
        int at = 1;
        while (packet[at] < 0) {
            at++;
        }
        return at + 1;
    }

    /** One packet, whole. */
    private static byte[] read(DataInputStream in) throws IOException {
        byte[] head = new byte[5];
        head[0] = in.readByte();
        int size = 1;
        int length = 0;
        do {
            head[size] = in.readByte();
            length |= (head[size] & 0x7f) << 7 * (size - 1);
            size++;
        } while (head[size - 1] < 0 && size < head.length);
        byte[] packet = new byte[size + length];
        System.arraycopy(head, 0, packet, 0, size);
        in.readFully(packet, size, length);
        return packet;
    }
}
