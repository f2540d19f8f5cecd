/**
 * Replication as it runs: one thread that owns a {@link io.slipway.sync.Replica} and its file, the ways to other
 * gateways, and the shared values on the LAN.
 */
package io.slipway.replication;
