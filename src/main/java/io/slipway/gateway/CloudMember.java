package io.slipway.gateway;

import io.slipway.cloud.CloudNode;
import io.slipway.cloud.MemberLink;
import io.slipway.config.CloudConfig;
import io.slipway.config.FileProblem;
import io.slipway.health.Health;
import io.slipway.health.StatusPort;
import io.slipway.reading.Topics;
import io.slipway.replication.BrokerPeers;
import io.slipway.replication.Lan;
import io.slipway.replication.Replication;
import io.slipway.replication.WallClock;
import io.slipway.store.DirectoryLock;
import io.slipway.store.StoreException;
import io.slipway.upstream.Passenger;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A cloud node as a member of a cluster: has the shared values, and no LAN to show them on. Who wants them asks the
 * status port. Its classes are loaded where there is a cluster only.
 */
final class CloudMember implements Closeable {
    private static final String WORD = "shared ";

    private final DirectoryLock lock;
    private final Replication replication;
    private final StatusPort port;
    /** {@code null} where no readings are kept. */
    private final Closeable copies;

    private CloudMember(DirectoryLock lock, Replication replication, StatusPort port, Closeable copies) {
        this.copies = copies;
        this.lock = lock;
        this.replication = replication;
        this.port = port;
    }

    /**
     * Begins; members by way of the node's broker go along with it.
     *
     * @param config with a cluster
     * @throws IOException if the directory, the address or a file of the configuration cannot be used, for people
     */
    static CloudMember start(CloudConfig config, CloudNode node, Health health) throws IOException {
        DirectoryLock lock = enter(config.dataDir);
        Server server = new Server();
        final Replication replication = new Replication(config.cluster, config.id, new Topics(config.id),
            config.dataDir, null, server, server, health);
        replication.start();
        carry(replication, node);
        StatusPort port = new StatusPort(config.dataDir, new StatusPort.Answers() {
            private final Question shared = new SharedQuestion(replication);

            @Override
            public byte[] answer(String question) {
                return question.startsWith(WORD) ? shared.answer(question.substring(WORD.length())) : null;
            }
        });
        boolean keeps = config.cluster.interest == null || !config.cluster.interest.isEmpty();
        return new CloudMember(lock, replication, port,
            keeps ? node.copy(new HeldCopies(replication.deliveries())) : null);
    }

    /** The directory is for this user alone: who reads the status port's file may change values. */
    private static DirectoryLock enter(Path directory) throws IOException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return DirectoryLock.take(directory);
        } catch (StoreException taken) {
            throw new IOException(taken.getMessage(), taken);
        } catch (IOException unusable) {
            throw new IOException("data_dir " + directory + ": " + FileProblem.of(unusable), unusable);
        }
    }

    private static void carry(Replication replication, CloudNode node) {
        BrokerPeers peers = replication.via(CloudConfig.BROKER);
        if (peers != null) {
            Line line = new Line(peers);
            line.link = node.carry(line);
        }
    }

    /** What a server has in the place of a gateway's surroundings: no LAN, and a clock that is kept right. */
    private static final class Server implements Lan, WallClock {
        @Override
        public void publish(String topic, byte[] payload) {
            // There is nobody to tell.
        }

        @Override
        public long wallMs() {
            return System.currentTimeMillis();
        }

        @Override
        public boolean isTrusted() {
            return true;
        }
    }

    /** Frames between members and the broker. */
    private static final class Line implements Passenger, BrokerPeers.Line {
        private final BrokerPeers peers;
        private volatile MemberLink link;

        Line(BrokerPeers peers) {
            this.peers = peers;
        }

        @Override
        public boolean send(String topic, byte[] payload) {
            MemberLink now = link;
            return now != null && now.send(topic, payload);
        }

        @Override
        public String prefix() {
            return peers.prefix();
        }

        @Override
        public void connected() {
            peers.connected(this);
        }

        @Override
        public void lost() {
            peers.lost();
        }

        @Override
        public void message(String topic, byte[] payload) {
            peers.message(topic, payload);
        }
    }

    /** Commits what is open and takes leave of the others: seconds at most. */
    @Override
    public void close() {
        try {
            port.close();
        } catch (IOException ignored) {
            // Whoever asks finds nobody.
        }
        if (copies != null) {
            try {
                copies.close();
            } catch (IOException ignored) {
                // What was not committed comes again.
            }
        }
        replication.close();
        if (lock != null) {
            lock.close();
        }
    }
}
