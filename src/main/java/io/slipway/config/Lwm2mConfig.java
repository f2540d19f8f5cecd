package io.slipway.config;

import java.util.List;

/** {@code config lwm2m}: nodes register with the gateway as their LwM2M server. Immutable. */
public final class Lwm2mConfig {
    private static final int MOST_SEGMENTS = 4;

    /** The name of the mesh; {@code null} for every one. */
    public final String mesh;
    /** Paths to observe with every client that has them: object, instance, resource, such as {@code 3303/0/5700}. */
    public final List<String> observe;
    /** Seconds after which an observation is asked for anew, 1 to 31 days. Default 300. */
    public final int intervalS;
    /** Clients that may be registered, 1 to 4096. Default 256. */
    public final int clients;

    Lwm2mConfig(SectionReader in) {
        mesh = in.text("mesh", null);
        observe = in.list("observe");
        for (String path : observe) {
            if (!isPath(path)) {
                in.wrong("observe", "one to four numbers such as 3303/0/5700");
            }
        }
        intervalS = in.whole("interval_s", 300, 1, 31 * 86_400);
        clients = in.whole("clients", 256, 1, 4096);
        in.finish();
    }

    private static boolean isPath(String path) {
        int segments = 0;
        int from = 0;
        while (from <= path.length()) {
            int to = path.indexOf('/', from);
            if (to < 0) {
                to = path.length();
            }
            long number = WholeNumber.parse(path.substring(from, to));
            if (number < 0 || number > 65_534) {
                return false;
            }
            segments++;
            from = to + 1;
        }
        return segments <= MOST_SEGMENTS;
    }

    /** Whether it is about that mesh. */
    public boolean isAbout(String meshName) {
        return mesh == null || mesh.equals(meshName);
    }

    /** The mesh must be one, and has one section. */
    void rejectClash(List<Lwm2mConfig> others, List<MeshConfig> meshes, int line, Problems problems) {
        CoapConfig.rejectUnserved("lwm2m", mesh, meshes, line, problems);
        for (Lwm2mConfig other : others) {
            if (mesh == null || other.mesh == null || other.mesh.equals(mesh)) {
                problems.add(line, "a second 'config lwm2m' for a mesh");
            }
        }
    }
}
