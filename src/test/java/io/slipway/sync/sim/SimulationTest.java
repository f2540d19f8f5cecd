package io.slipway.sync.sim;

public class SimulationTest {
    public static void main(String[] a) throws Exception {
        long from = Long.parseLong(a[0]);
        long n = Long.parseLong(a[1]);
        Variant v = a.length > 2 ? (Variant) Class.forName("io.slipway.sync.sim.Variant$" + a[2])
            .getDeclaredConstructor().newInstance() : new Variant();
        long t = System.nanoTime();
        int bad = 0;
        long settled = 0;
        java.util.Map<Object, Integer> counts = new java.util.TreeMap<>();
        for (long s = from; s < from + n; s++) {
            try {
                Schedule done = Schedule.run(s, v, false);
                settled = Math.max(settled, done.settledMs);
                done.world.counts.forEach((k, c) -> counts.merge(k, c, Integer::sum));
            } catch (Throwable e) {
                bad++;
                System.out.println(s + ": " + e);
                if (n == 1) {
                    try {
                        Schedule.run(s, v, true);
                    } catch (Schedule.StoryError story) {
                        story.story.forEach(System.out::println);
                        story.printStackTrace(System.out);
                    }
                }
            }
        }
        System.out.println(bad + " of " + n + " bad, " + (System.nanoTime() - t) / 1000000 / n + " ms each, settled "
            + settled + " " + counts);
    }
}
