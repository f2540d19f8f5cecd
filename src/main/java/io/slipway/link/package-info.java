/**
 * A byte stream with a life of its own: a serial port, a TCP connection or a recorded file that opens itself, and
 * opens itself again for ever when it was lost. Knows nothing of what the bytes mean.
 */
package io.slipway.link;
