/**
 * The gateway as an MQTT-SN 1.2 gateway for the nodes of a mesh. {@link io.slipway.mesh.mqttsn.MqttSn} has a thread of
 * its own, which owns everything else here. The broker behind it is an interface,
 * {@link io.slipway.mesh.Lan}.
 */
package io.slipway.mesh.mqttsn;
