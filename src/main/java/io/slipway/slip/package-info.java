/**
 * SLIP (RFC 1055) as 6LoWPAN border routers speak it: an encoder and a push decoder. No I/O, no clock, no threads;
 * imports nothing.
 */
package io.slipway.slip;
