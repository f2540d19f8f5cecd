/** Wires the parts together, starts them right to left and stops them left to right. */
package io.slipway.gateway;
