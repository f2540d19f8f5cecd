/**
 * The other end of the upstream: takes the batches of any number of gateways from a standard MQTT 5 broker into a
 * database, says which readings are stored, keeps account of what is missing, and asks for it.
 *
 * <p>Several processes stand side by side on one broker and one database. They share nothing else: whatever one of them
 * knows is in the database, and what it has in memory may be lost at any moment.
 */
package io.slipway.cloud;
