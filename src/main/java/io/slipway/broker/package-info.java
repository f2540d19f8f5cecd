/**
 * The MQTT broker for the LAN: Moquette, put together anew and with some of its classes replaced, see
 * {@link io.moquette.broker.MqttServer} and the classes beside it.
 */
package io.slipway.broker;
