package io.slipway.store;

import java.sql.SQLException;

/**
 * The open transaction of a replica's file. It begins with the first change; once one of its statements has failed,
 * the rest is refused until it is rolled back. One thread.
 */
final class ReplicaTransaction {
    private final Database database;
    private boolean open;
    private SQLException failure;
    private boolean damaged;

    ReplicaTransaction(Database database) {
        this.database = database;
    }

    /** Before each change. */
    void begin() throws SQLException {
        if (failure != null) {
            throw failure;
        }
        if (!open) {
            database.begin();
            open = true;
        }
    }

    boolean isOpen() {
        return open;
    }

    /** A change failed: the transaction cannot be committed any more. */
    void failed(SQLException why) {
        unreadable(why);
        if (failure == null) {
            failure = why;
        }
    }

    /** A look at what is committed failed. */
    void unreadable(SQLException why) {
        damaged |= Database.isDamage(why);
    }

    boolean isDamaged() {
        return damaged;
    }

    /** Throws if something failed, so that nothing more is tried. */
    void check() throws SQLException {
        if (failure != null) {
            throw failure;
        }
    }

    /** When this returns, what was changed survives a power cut. */
    void commit() throws SQLException {
        database.commit();
        open = false;
    }

    void rollback() {
        database.rollback();
        open = false;
        failure = null;
    }
}
