/**
 * Gives every reading its identity and hands it to the LAN and to the store: the only producer of readings. It knows
 * neither broker nor database, only the two interfaces that it needs of them.
 */
package io.slipway.ingest;
