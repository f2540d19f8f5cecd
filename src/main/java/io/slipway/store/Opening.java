package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Opens the database of a data directory, as often as it takes: a damaged one is set aside, and a new one goes on
 * where it was. One thread at a time: the opener's, then the store's.
 */
final class Opening {
    /** A disk or a memory that damages one database after the other must not fill the disk with them. */
    private static final long BETWEEN_NS = 60_000_000_000L;

    private final StoreConfig config;
    private final DataDirectory directory;
    private final String origin;
    private final String[] destinations;
    private final Health health;
    private boolean hasSetAside;
    private long setAsideNs;
    private List<Path> unsalvaged = Collections.emptyList();
    private boolean hasDoubts;
    private long doubtNs;

    Opening(StoreConfig config, DataDirectory directory, String origin, String[] destinations, Health health) {
        this.config = config;
        this.directory = directory;
        this.origin = origin;
        this.destinations = destinations;
        this.health = health;
    }

    DataDirectory directory() {
        return directory;
    }

    /**
     * Opens the database and begins a life in it, or goes on with one; when this returns, its epoch is durable.
     *
     * @param carried what goes on; handed over when this returns
     * @throws StoreException if only a person can mend it
     * @throws SQLException if it may mend by itself, as IOException
     */
    Writer open(Carried carried) throws StoreException, SQLException, IOException {
        directory.enter();
        try {
            return attempt(carried);
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
        }
        try {
            // SQLite takes a page that the disk refused once for a damaged one; asked again, the disk may give it.
            return attempt(carried);
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
            setAside(failed);
            return attempt(carried);
        }
    }

    private Writer attempt(Carried carried) throws StoreException, SQLException, IOException {
        Database database = Database.open(directory.database());
        boolean opened = false;
        try {
            if (database.number("SELECT EXISTS(SELECT 1 FROM strm)") == 0) {
                sow(database, carried);
            }
            Writer writer = new Writer(config, database, origin, carried, health);
            for (String destination : destinations) {
                writer.outbox(destination);
            }
            for (String sink : carried.sinks()) {
                carried.handTo(writer.outbox(sink));
            }
            unsalvaged = findUnsalvaged(database);
            writer.hold(!unsalvaged.isEmpty());
            health.count(Counter.STORE_COMMITTED, writer.pending().cameThrough());
            carried.handedOver();
            carried.records.connect(database);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                database.close();
            }
        }
    }

    private void sow(Database database, Carried carried) throws SQLException, IOException {
        List<Path> damaged = directory.damaged();
        if (!damaged.isEmpty() || !carried.epochs.isEmpty()) {
            new Seed(database, carried, destinations, health).sow(damaged);
        }
    }

    /**
     * The files that were set aside and that the database opened last has not taken everything from yet, the newest
     * first. Looked up as it was opened: a disk that fails to tell of them later would else have them passed over.
     */
    List<Path> unsalvaged() {
        return unsalvaged;
    }

    private List<Path> findUnsalvaged(Database database) throws SQLException, IOException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement todo = database.prepare("SELECT substr(k, " + (Seed.SALVAGE.length() + 1)
                + ") FROM meta WHERE k > '" + Seed.SALVAGE + "' AND k < 'salvage0' AND v <> 'done'");
             ResultSet row = todo.executeQuery()) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        List<Path> files = new ArrayList<>();
        if (!names.isEmpty()) {
            for (Path file : directory.damaged()) {
                if (names.contains(file.getFileName().toString())) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    /**
     * The database, which nothing has open any more, was damaged when it was read: it is opened anew, and where it
     * is damaged again within a minute, set aside.
     */
    void doubt(SQLException damage) throws SQLException, IOException {
        long now = System.nanoTime();
        if (hasDoubts && now - doubtNs < BETWEEN_NS) {
            hasDoubts = false;
            setAside(damage);
        } else {
            hasDoubts = true;
            doubtNs = now;
            health.error("the database seems to be damaged (" + damage.getMessage() + "): it is opened anew");
        }
    }

    /**
     * Gives the damaged database, which nothing has open, another name.
     *
     * @throws SQLException if that happened a moment ago: then this one waits
     */
    private void setAside(SQLException damage) throws SQLException, IOException {
        if (hasSetAside && System.nanoTime() - setAsideNs < BETWEEN_NS) {
            throw new SQLException("it is damaged again within a minute: " + damage.getMessage());
        }
        Path aside = directory.setAside();
        hasSetAside = true;
        setAsideNs = System.nanoTime();
        health.count(Counter.STORE_SET_ASIDE);
        health.error("the database is damaged (" + damage.getMessage() + "): set aside as " + aside
            + ", going on with a new one");
    }

    /** An epoch for a life that begins before its database can be opened or written. */
    Epoch provisionalEpoch() {
        long boot = Database.peek(directory.database(), "SELECT v FROM meta WHERE k='boot'");
        return Streams.drawn((int) Math.max(0, Math.min(boot, Integer.MAX_VALUE - 1)) + 1);
    }
}
