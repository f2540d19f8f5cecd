package io.slipway.upstream;

/** One look whether the broker can be reached without a neighbour, on a thread of its own, as it may take minutes. */
final class DirectProbe implements Runnable {
    private final CloudAccess access;
    private final Signal signal;
    private volatile CloudProbe found;

    private DirectProbe(CloudAccess access, Signal signal) {
        this.access = access;
        this.signal = signal;
    }

    /** Begins; {@code signal} is raised when it is done. */
    static DirectProbe begin(CloudAccess access, Signal signal) {
        DirectProbe probe = new DirectProbe(access, signal);
        Thread thread = new Thread(probe, "upstream-" + access.config.name + "-probe");
        thread.setDaemon(true);
        thread.start();
        return probe;
    }

    @Override
    public void run() {
        found = CloudProbe.of(access.config, access.gatewayId, access.config.connectTimeoutS * 1000);
        signal.run();
    }

    boolean isDone() {
        return found != null;
    }

    /** Whether a broker answered, be it that it does not take the probe's client id. */
    boolean isReached() {
        return found.step == CloudProbe.Step.DONE || found.step == CloudProbe.Step.REFUSED;
    }
}
