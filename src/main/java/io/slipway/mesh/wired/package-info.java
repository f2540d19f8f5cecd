/**
 * MQTT 3.1 and 3.1.1 with a mote that is wired to the gateway and puts each control packet into a SLIP frame: the
 * gateway plays the broker for one client. {@link io.slipway.mesh.wired.MqttInSlip} has a thread of its own, which owns
 * everything else here.
 */
package io.slipway.mesh.wired;
