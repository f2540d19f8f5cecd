/**
 * The life of a command to a node: accepted and durable, waiting for its turn or for the node to wake, sent, answered
 * or not. One thread, which begins with the first command, owns it all; see docs/commands.md.
 */
package io.slipway.command;
