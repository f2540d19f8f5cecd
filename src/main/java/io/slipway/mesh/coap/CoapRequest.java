package io.slipway.mesh.coap;

/** What a node is asked to do. Immutable; any thread. */
public final class CoapRequest {
    /** One of {@link Code}'s methods. */
    final int method;
    /** Path and query; nobody adds to them. */
    final Options options;
    final byte[] payload;

    private CoapRequest(int method, Options options, byte[] payload) {
        this.method = method;
        this.options = options;
        this.payload = payload;
    }

    /**
     * A request in words.
     *
     * @param method {@code get}, {@code put}, {@code post} or {@code delete}
     * @param path {@code test/hello} or {@code actuators/leds?color=r}; {@code %2B} stands for a plus sign, and so on
     * @param payload of a put or post, may be empty; the caller does not change it any more
     * @throws IllegalArgumentException if it is not a request, in words
     */
    public static CoapRequest of(String method, String path, byte[] payload) {
        int code = code(method);
        // RFC 7252 section 5.8: for the two others a payload has no meaning, and motes may refuse it.
        boolean carries = code == Code.PUT || code == Code.POST;
        return new CoapRequest(code, UriPath.parse(path), carries ? payload : CoapMessage.NOTHING);
    }

    private static int code(String method) {
        switch (method) {
            case "get":
                return Code.GET;
            case "put":
                return Code.PUT;
            case "post":
                return Code.POST;
            case "delete":
                return Code.DELETE;
            default:
                throw new IllegalArgumentException("the method is none of get, put, post, delete");
        }
    }
}
