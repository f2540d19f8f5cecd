/** How long to wait before trying again. Imports nothing. */
package io.slipway.retry;
