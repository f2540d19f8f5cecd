package io.slipway.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Another program that has a database open and writes to it; ends with its standard input. */
final class Holder {
    private Holder() {
    }

    /** The file's name is the one argument; says so when the database is locked. */
    public static void main(String[] args) throws Exception {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + args[0]);
             Statement statement = database.createStatement()) {
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO meta(k, v) VALUES('x', 1)");
            System.out.println("locked");
            System.in.read();
        }
    }
}
