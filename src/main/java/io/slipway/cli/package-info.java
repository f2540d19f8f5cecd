/** The sub-commands. Each takes its arguments and streams, and returns the exit status: 0, 1 (failed), 2 (usage). */
package io.slipway.cli;
