/**
 * Makes values of payloads, as {@code config decode} says, and tells the LAN. Bad payloads are counted and stay what
 * they were: readings.
 */
package io.slipway.decode;
