package io.slipway.sync.sim;

import org.junit.jupiter.api.Test;

/** More schedules than the unit tests have time for: {@code -Dslipway.schedules=2000}. */
class SimulationIT {
    @Test
    void everyScheduleEndsInAgreementWithNothingLost() {
        int schedules = Integer.getInteger("slipway.schedules", 500);
        long began = System.nanoTime();
        SimulationTest.run(1_000_000, schedules);
        System.out.println(schedules + " schedules, " + (System.nanoTime() - began) / 1_000_000 / schedules
            + " ms each");
    }
}
