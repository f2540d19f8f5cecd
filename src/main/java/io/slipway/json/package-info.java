/** Writes JSON (RFC 8259). Imports nothing. */
package io.slipway.json;
