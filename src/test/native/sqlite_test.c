/*
 * SQLite as it is linked into libsqlitejdbc.so, on the target's byte order, alignment and floating point: what the
 * gateway's store asks of it.
 */
#include "check.h"

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 500 };

static sqlite3 *open_database(const char *path)
{
    sqlite3 *database = NULL;
    CHECK_EQUAL(SQLITE_OK, sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
    return database;
}

static void run(sqlite3 *database, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, message);
        exit(EXIT_FAILURE);
    }
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    CHECK_EQUAL(SQLITE_OK, sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
    return statement;
}

static void check_text(sqlite3 *database, const char *sql, const char *expected)
{
    sqlite3_stmt *statement = prepare(database, sql);
    CHECK_EQUAL(SQLITE_ROW, sqlite3_step(statement));
    CHECK_EQUAL(0, strcmp(expected, (const char *)sqlite3_column_text(statement, 0)));
    CHECK_EQUAL(SQLITE_OK, sqlite3_finalize(statement));
}

static double number(int row)
{
    return (row - ROWS / 2) * 0.1 + 1e-9 * row;
}

static void write_rows(sqlite3 *database)
{
    sqlite3_stmt *insert = prepare(database, "INSERT INTO t VALUES (?, ?, ?)");
    for (int row = 0; row < ROWS; row++) {
        CHECK_EQUAL(SQLITE_OK, sqlite3_bind_int64(insert, 1, INT64_C(0x0123456789abcdef) + row));
        CHECK_EQUAL(SQLITE_OK, sqlite3_bind_double(insert, 2, number(row)));
        CHECK_EQUAL(SQLITE_OK, sqlite3_bind_blob(insert, 3, &row, sizeof row, SQLITE_TRANSIENT));
        CHECK_EQUAL(SQLITE_DONE, sqlite3_step(insert));
        CHECK_EQUAL(SQLITE_OK, sqlite3_reset(insert));
    }
    CHECK_EQUAL(SQLITE_OK, sqlite3_finalize(insert));
}

static void read_rows(sqlite3 *database)
{
    sqlite3_stmt *select = prepare(database, "SELECT i, d, b FROM t ORDER BY i");
    for (int row = 0; row < ROWS; row++) {
        CHECK_EQUAL(SQLITE_ROW, sqlite3_step(select));
        CHECK_EQUAL(INT64_C(0x0123456789abcdef) + row, sqlite3_column_int64(select, 0));
        CHECK(fabs(sqlite3_column_double(select, 1) - number(row)) == 0.0);
        CHECK_EQUAL(sizeof row, sqlite3_column_bytes(select, 2));
        CHECK_EQUAL(0, memcmp(&row, sqlite3_column_blob(select, 2), sizeof row));
    }
    CHECK_EQUAL(SQLITE_DONE, sqlite3_step(select));
    CHECK_EQUAL(SQLITE_OK, sqlite3_finalize(select));
}

/* A file of a machine of 32 bits, further back than 32 bits can count. The gap in it takes no room. */
static void write_beyond_4_gb(sqlite3 *database)
{
    static const sqlite3_int64 OFFSET = INT64_C(5) << 30;
    static const char WRITTEN[] = "beyond";
    char bytes[sizeof WRITTEN];
    sqlite3_int64 before;
    sqlite3_int64 size;
    sqlite3_file *file = NULL;
    CHECK_EQUAL(SQLITE_OK, sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file));
    CHECK_EQUAL(SQLITE_OK, file->pMethods->xFileSize(file, &before));
    CHECK_EQUAL(SQLITE_OK, file->pMethods->xWrite(file, WRITTEN, sizeof WRITTEN, OFFSET));
    CHECK_EQUAL(SQLITE_OK, file->pMethods->xRead(file, bytes, sizeof bytes, OFFSET));
    CHECK_EQUAL(0, memcmp(WRITTEN, bytes, sizeof bytes));
    CHECK_EQUAL(SQLITE_OK, file->pMethods->xFileSize(file, &size));
    CHECK_EQUAL(OFFSET + (sqlite3_int64)sizeof WRITTEN, size);
    CHECK_EQUAL(SQLITE_OK, file->pMethods->xTruncate(file, before));
}

int main(int argc, char **argv)
{
    CHECK_EQUAL(2, argc);
    (void)unlink(argv[1]);
    sqlite3 *database = open_database(argv[1]);
    run(database, "PRAGMA locking_mode=EXCLUSIVE");
    check_text(database, "PRAGMA journal_mode=WAL", "wal");
    run(database, "PRAGMA synchronous=FULL");
    run(database, "CREATE TABLE t (i INTEGER, d REAL, b BLOB) STRICT");
    run(database, "BEGIN");
    write_rows(database);
    run(database, "COMMIT; BEGIN; DELETE FROM t; ROLLBACK");
    CHECK_EQUAL(SQLITE_OK, sqlite3_close(database));

    database = open_database(argv[1]);
    check_text(database, "PRAGMA integrity_check", "ok");
    read_rows(database);
    write_beyond_4_gb(database);
    check_text(database, "PRAGMA integrity_check", "ok");
    check_text(database, "SELECT printf('%.3f', round(2 * 0.7071067811865476, 3)) || typeof(1e10)", "1.414real");
    CHECK_EQUAL(SQLITE_OK, sqlite3_close(database));
    CHECK_EQUAL(0, unlink(argv[1]));
    printf("SQLite %s\n", sqlite3_libversion());
    return 0;
}
