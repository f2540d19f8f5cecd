/** Keeps readings in SQLite until every destination has acknowledged them. One thread owns the database. */
package io.slipway.store;
