package io.slipway.web;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/**
 * Turns away what no resource should see: what another site's page has a browser send, what is malformed, what comes
 * too fast. The network thread only.
 */
final class Gate {
    private final Rates rates;
    /** Whether anybody on this machine may come in: then a browser must not be led here under another name. */
    private final boolean open;
    private final String scheme;

    /**
     * @param open whether there are no users
     * @param scheme {@code http} or {@code https}
     */
    Gate(int requestsPerS, boolean open, String scheme) {
        this.rates = new Rates(requestsPerS);
        this.open = open;
        this.scheme = scheme;
    }

    /** Why a request is turned away; {@code null} where it is not. */
    Answer objection(FullHttpRequest request, String address) {
        if (!request.decoderResult().isSuccess()) {
            return malformed(request.decoderResult().cause());
        }
        if (!rates.takes(address, System.nanoTime())) {
            return Answer.problem(429, "Too Many Requests", "too many requests from " + address, "retry-after", "1");
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return Answer.badRequest("one header 'Host' is needed");
        }
        String host = hosts.isEmpty() ? "" : hosts.get(0);
        if (open && !host.isEmpty() && !isLoopback(host)) {
            // A page of another site whose name leads to 127.0.0.1 would be of the same origin.
            return Answer.problem(421, "Misdirected Request", "without users this is served as localhost only");
        }
        if (!request.uri().startsWith("/")) {
            return Answer.badRequest("the target of the request is no path");
        }
        return isReading(request.method()) ? null : writeObjection(request.method(), headers, host);
    }

    private static Answer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Answer.problem(414, "URI Too Long", "at most " + WebServer.LINE_BYTES + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.problem(431, "Request Header Fields Too Large", "at most " + WebServer.HEADER_BYTES
                + " bytes");
        }
        return Answer.badRequest("this is no HTTP that is understood here");
    }

    private static boolean isReading(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    /** What changes something comes from our own page, or from no page at all. */
    private Answer writeObjection(HttpMethod method, HttpHeaders headers, String host) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        String site = headers.get("sec-fetch-site");
        boolean foreign = origin != null && !origin.equalsIgnoreCase(scheme + "://" + host)
            || site != null && !site.equals("same-origin") && !site.equals("none");
        if (foreign) {
            return Answer.problem(403, "Forbidden", "this comes from a page of another origin");
        }
        if (method.equals(HttpMethod.DELETE)) {
            // It has no body, and no browser sends it for another site's page without asking us first.
            return null;
        }
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int semicolon = type.indexOf(';');
        if (!(semicolon < 0 ? type : type.substring(0, semicolon)).trim().equalsIgnoreCase(Answer.JSON)) {
            return Answer.problem(415, "Unsupported Media Type", "the body must be " + Answer.JSON);
        }
        return null;
    }

    /** {@code localhost}, {@code 127.x.x.x} or {@code [::1]}, perhaps with a port. */
    private static boolean isLoopback(String host) {
        if (host.startsWith("[")) {
            return host.startsWith("[::1]") && (host.length() == 5 || host.charAt(5) == ':');
        }
        int colon = host.indexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        if (name.equalsIgnoreCase("localhost")) {
            return true;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '.' && (name.charAt(i) < '0' || name.charAt(i) > '9')) {
                return false;
            }
        }
        return name.startsWith("127.");
    }
}
