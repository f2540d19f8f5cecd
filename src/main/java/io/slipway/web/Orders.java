package io.slipway.web;

/** Takes commands to nodes. Any thread; never waits. */
public interface Orders {
    /**
     * What became of it comes to {@link CommandWatch#reported}.
     *
     * @param topic as on the LAN, {@code slipway/<gw>/<node>/down/…}
     */
    void command(String topic, byte[] payload);
}
