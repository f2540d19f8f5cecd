/** What a reading is: its identity, where it came from, and what its topics are called. Imports nothing. */
package io.slipway.reading;
