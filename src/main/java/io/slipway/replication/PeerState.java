package io.slipway.replication;

/** What a member looks like from here. */
enum PeerState {
    /** It is heard. */
    UP("up"),
    /** It has been silent for longer than is usual. */
    SUSPECT("suspect"),
    /** It is taken for gone, or was never heard. */
    DOWN("down");

    final String text;

    PeerState(String text) {
        this.text = text;
    }
}
