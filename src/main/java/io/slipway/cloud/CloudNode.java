package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import io.slipway.health.Health;
import io.slipway.upstream.Passenger;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;

/**
 * One process of the cloud node, wired. Messages go one way: {@link BrokerSession} takes them off the broker, {@link
 * Intake} into the database. Replication has a connection of its own beside these, {@link MemberLink}.
 */
public final class CloudNode implements Closeable {
    private static final long CLOSE_MS = 5000;

    private final CloudConfig config;
    private final BrokerLogin login;
    private final Health health;
    private final BrokerSession session;
    private final Intake intake;
    private final Thread thread;
    private MemberLink member;

    private CloudNode(CloudConfig config, BrokerLogin login, BrokerSession session, Intake intake, Health health) {
        this.config = config;
        this.login = login;
        this.health = health;
        this.session = session;
        this.intake = intake;
        this.thread = new Thread(intake, "cloud-intake");
    }

    /**
     * Opens the database, makes its tables where they are missing, and begins to connect to the broker, which is tried
     * again for ever.
     *
     * @throws IOException if a file cannot be read, or the database not be used; the message is for people
     */
    public static CloudNode start(CloudConfig config, Health health) throws IOException {
        BrokerLogin login = new BrokerLogin(config);
        BrokerSession session = new BrokerSession(login, health);
        Intake intake = new Intake(config, password(config), session, health);
        try {
            intake.open();
        } catch (SQLException failed) {
            throw new IOException("database: " + failed.getMessage(), failed);
        }
        CloudNode node = new CloudNode(config, login, session, intake, health);
        node.thread.start();
        session.start();
        return node;
    }

    /**
     * Begins another connection to the broker, which carries a passenger. Once at most.
     *
     * @return how to send over it: publishes with QoS 1, false while it is down or too much is on its way; any thread,
     *     does not block
     */
    public MemberLink carry(Passenger passenger) {
        member = new MemberLink(login, passenger, health);
        member.start();
        return member;
    }

    /**
     * Begins to put what a member of the cluster holds into the database. Once at most.
     *
     * @return to be closed before the source is
     * @throws IOException if the file with the database's password cannot be read
     */
    public Closeable copy(Copies source) throws IOException {
        CopyIntake copies = new CopyIntake(config, password(config), source, health);
        copies.start();
        return copies;
    }

    /** The database's; {@code null} where there is none. */
    static String password(CloudConfig config) throws IOException {
        return config.databasePasswordFile == null ? null
            : BrokerLogin.firstLine("database_password_file", config.databasePasswordFile);
    }

    /** Leaves the broker, finishes what is in hand, and closes the database: seconds at most. May be called twice. */
    @Override
    public void close() {
        intake.close();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        session.close();
        if (member != null) {
            member.close();
        }
    }
}
