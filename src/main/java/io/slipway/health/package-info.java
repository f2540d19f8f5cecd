/** How the gateway is: every count, every distinct error, the state of each part. Imports only the JSON writer. */
package io.slipway.health;
