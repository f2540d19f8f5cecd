/**
 * Who gets in and what they may do there, for every part that listens: TLS, users, access rules. Knows no protocol.
 */
package io.slipway.security;
