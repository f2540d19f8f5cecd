package io.slipway.gateway;

import io.slipway.command.LifeClock;
import io.slipway.ingest.Clock;
import io.slipway.reading.Epoch;

/** The clock that readings get their times from, as commands see it. Any thread. */
final class TrustedClock implements LifeClock {
    private final Clock clock;
    private final Epoch epoch;

    TrustedClock(Clock clock, Epoch epoch) {
        this.clock = clock;
        this.epoch = epoch;
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public long mono() {
        return clock.mono();
    }

    @Override
    public long wall() {
        return clock.wall();
    }

    @Override
    public boolean isTrusted() {
        return clock.isTrusted(clock.wall());
    }
}
