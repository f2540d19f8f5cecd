package io.slipway.mdns;

/** Hears of instances, on the event loop; must not block and not throw. */
public interface Listener {
    /** An instance is there, or something of it has changed. Whether it is what it says is for others to find out. */
    void found(Instance instance);

    /** An instance has said goodbye, or its records have ended. */
    void lost(String name);
}
