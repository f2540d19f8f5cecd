package io.slipway.web;

import java.util.List;
import java.util.Map;

/** One request that was let in. Immutable by agreement; any thread. */
final class Request {
    final String method;
    /** Begins with a slash; as it was sent, without the query. */
    final String path;
    final Map<String, List<String>> query;
    final byte[] body;
    /** {@code null} where nobody said who asks. */
    final String user;
    /** The header If-Match; {@code null} where it is not there. */
    final String ifMatch;

    Request(String method, String path, Map<String, List<String>> query, byte[] body, String user, String ifMatch) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.body = body;
        this.user = user;
        this.ifMatch = ifMatch;
    }

    /** The same of a user. */
    Request by(String name) {
        return new Request(method, path, query, body, name, ifMatch);
    }

    /** Whether nothing but an answer is wanted. */
    boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /**
     * A parameter of the query; {@code null} where it is not there.
     *
     * @throws BadRequest if it is there twice
     */
    String parameter(String name) throws BadRequest {
        List<String> values = query.get(name);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw new BadRequest("'" + name + "' is there more than once");
        }
        return values.get(0);
    }

    /** @throws BadRequest if there is a parameter that is not among the names, which are separated by spaces */
    void allow(String names) throws BadRequest {
        for (String name : query.keySet()) {
            if (name.indexOf(' ') >= 0 || (" " + names + " ").indexOf(" " + name + " ") < 0) {
                throw new BadRequest("unknown parameter '" + name + "'; there are: " + names);
            }
        }
    }
}
