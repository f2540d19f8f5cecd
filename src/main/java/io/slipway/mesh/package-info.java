/**
 * Plays the host of a border-router mote: gives it the prefix, takes its packets, knows the nodes behind it and
 * sends to them.
 */
package io.slipway.mesh;
