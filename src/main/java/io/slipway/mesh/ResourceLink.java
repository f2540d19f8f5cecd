package io.slipway.mesh;

import java.util.Collections;
import java.util.Map;

/** A resource of a node, as the node describes it in {@code /.well-known/core} (RFC 6690). Immutable. */
public final class ResourceLink {
    /** Where it is: {@code /sensors/temperature}. */
    public final String target;
    /** What is said of it, {@code rt}, {@code if}, {@code ct}, {@code obs} …; empty text where only the name is. */
    public final Map<String, String> attributes;

    /** Takes the map as it is; nobody writes to it any more. */
    public ResourceLink(String target, Map<String, String> attributes) {
        this.target = target;
        this.attributes = Collections.unmodifiableMap(attributes);
    }
}
