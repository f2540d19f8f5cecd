/**
 * Reads and checks the configuration: a UCI file, the grammar of OpenWrt's {@code /etc/config}. What comes out is
 * immutable and complete; every default stands once, in the class of its section. Imports nothing, so that every
 * part may take its own section.
 */
package io.slipway.config;
