/** Master-master replication of blocks and of small shared values: the rules, without I/O, clock or thread. */
package io.slipway.sync;
