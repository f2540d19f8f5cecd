package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others may do with the file while a cloud node has it open. */
class SqliteBooksTest {
    @TempDir
    Path directory;

    @Test
    void betweenItsTransactionsTheFileIsEverybodys() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("cloud.db");
        try (Books books = SqliteBooks.open(url)) {
            books.commit();
            try (Connection other = DriverManager.getConnection(url + "?busy_timeout=0");
                 Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertEquals(1, statement.executeUpdate("UPDATE slipway_cloud SET version = 1 WHERE version = 1"));
                statement.execute("COMMIT");
            }
        }
    }
}
