/**
 * Recordings of a serial line: what went over it, in which direction, and when. Writes them, bounded in size, and reads
 * them again, whatever has become of the file. Knows nothing of what the bytes mean.
 */
package io.slipway.record;
