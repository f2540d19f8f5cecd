package io.slipway.cloud;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The copies of gateways' readings that a member of their cluster holds, as the database is to have them. */
public interface Copies {
    /**
     * What is held and durable behind these places, in the order of each stream; a bounded number, empty for nothing.
     * Called by one thread; may wait for seconds.
     *
     * @param stored for streams, by {@link Copy#stream}, up to which block the database has them for good: it may be
     *     passed on. A stream that is not named begins at its first block
     * @throws IOException if it cannot be said now; the message is for people
     */
    List<Copy> behind(Map<String, Long> stored) throws IOException;
}
