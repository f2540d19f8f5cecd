/**
 * Finds services of one type on the links of this machine and announces one: multicast DNS (RFC 6762) and DNS-SD
 * (RFC 6763). All of it belongs to one event loop.
 */
package io.slipway.mdns;
