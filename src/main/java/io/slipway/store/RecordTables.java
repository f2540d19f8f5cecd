package io.slipway.store;

import java.sql.SQLException;

/** The tables of {@link Records}, as the store's thread deals with them: all alike. */
final class RecordTables {
    private final Records[] all;

    RecordTables(Records... all) {
        this.all = all;
    }

    boolean isDue(boolean closing) {
        boolean due = false;
        for (Records one : all) {
            due |= one.isDue(closing);
        }
        return due;
    }

    void write(Database database) throws SQLException {
        for (Records one : all) {
            one.write(database);
        }
    }

    void committed() {
        for (Records one : all) {
            one.committed();
        }
    }

    void refused() {
        for (Records one : all) {
            one.refused();
        }
    }

    void connect(Database database) throws SQLException {
        for (Records one : all) {
            one.connect(database);
        }
    }
}
