package io.slipway.replication;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Reads a cloud node's database in SQLite by what docs/cloud.md says of it and with none of the program's code. */
final class CloudReader {
    /** The readings of all gateways: their payloads as text, by identity. */
    final TreeMap<String, String> readings = new TreeMap<>();
    /** What is there more than once, and what the account says is missing or gone. */
    final List<String> faults = new ArrayList<>();

    CloudReader(Path file) throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
             Statement statement = db.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT origin || '/' || epoch || '/' || seq, txt"
                    + " FROM readings")) {
                while (row.next()) {
                    if (readings.put(row.getString(1), row.getString(2)) != null) {
                        faults.add("twice: " + row.getString(1));
                    }
                }
            }
            fault(statement, "SELECT 'open: ' || origin || '/' || epoch || ' ' || contig || ' of ' || max(top, told)"
                + " FROM stream WHERE contig < max(top, told)");
            fault(statement, "SELECT 'gap: ' || origin || ' ' || first || ' to ' || last || ' ' || reason FROM gap");
            fault(statement, "SELECT 'aside: ' || topic || ' ' || reason FROM aside");
        }
    }

    private void fault(Statement statement, String sql) throws Exception {
        try (ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                faults.add(row.getString(1));
            }
        }
    }
}
