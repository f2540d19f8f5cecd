/**
 * The status page, the JSON API, live events and metrics over HTTP. Knows no other part of the gateway: what it shows
 * and whom it hands commands to are interfaces of its own ({@link io.slipway.web.Facts}, {@link
 * io.slipway.web.Archive}, {@link io.slipway.web.Orders}).
 */
package io.slipway.web;
