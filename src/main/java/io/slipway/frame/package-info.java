/**
 * What a SLIP frame holds: IPv6 with UDP, TCP or ICMPv6 in it, a query or a command, text, a radio frame, MQTT.
 * Values and their encoders; no I/O, no clock, no threads. No bytes make the decoder throw.
 */
package io.slipway.frame;
