/**
 * CoAP (RFC 7252) with the nodes of a mesh: takes what they POST and PUT, asks and observes their resources, carries
 * requests to them. With observing (RFC 7641), block-wise transfer (RFC 7959) and link format (RFC 6690).
 *
 * <pre>
 * Coap (thread, inbox) ─► CoapEndpoint (messages, duplicates) ─┬─► CoapServer (requests of nodes) ─► readings
 *                                                              └─► CoapClient (requests to nodes) ◄─ Subscriptions
 * </pre>
 * All but {@link io.slipway.mesh.coap.Coap} belongs to its one thread and is told the time, so that it can be tested
 * in no time. Nothing of this package is loaded before the first CoAP datagram, command or section of the
 * configuration.
 */
package io.slipway.mesh.coap;
