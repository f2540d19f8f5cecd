/**
 * Sends what the store holds to a cloud MQTT broker, in SenML packs (RFC 8428), until each is acknowledged, and takes
 * commands from there. One {@link io.slipway.upstream.Upstream} is one destination.
 *
 * <p>What it promises: every reading that the outbox hands out arrives at least once, in order, under its identity;
 * the cursor moves by the broker's PUBACK alone. A connection's state dies with the connection, so the MQTT client's
 * own queue never stores anything: what was on the way is read from the outbox again.
 */
package io.slipway.upstream;
