package io.slipway.config;

import java.util.List;

/** {@code config coap}: a resource that the gateway observes or polls, or nodes that it has describe theirs. */
public final class CoapConfig {
    /** What is done with the resource. */
    public enum Mode {
        /** The node is asked to send it whenever it changes (RFC 7641). */
        OBSERVE,
        /** It is read again and again. */
        POLL,
        /** {@code /.well-known/core} is read, and shown in the status. */
        DISCOVER
    }

    /** Before the path in the source of a reading. */
    public static final String COAP = "coap/";
    /** The same of what LwM2M clients have. */
    public static final String LWM2M = "lwm2m/";

    private static final String CORE = ".well-known/core";
    private static final int NODE_DIGITS = 16;
    private static final int LONGEST_PATH = 255;

    /** Sixteen lower-case hexadecimal digits, or {@code *} for every node that is heard. */
    public final String node;
    /** The name of the mesh; {@code null} for the only one, or for every one where the node is {@code *}. */
    public final String mesh;
    /** {@code observe} by default. */
    public final Mode mode;
    /** Path and query of the resource, without a slash before it; {@code %2B} stands for a plus sign and so on. */
    public final String path;
    /** Seconds, 1 to 31 days. Default 300; for {@code discover} a day. */
    public final int intervalS;

    /** What stands before the path in the source of a reading. */
    public final String source;

    private CoapConfig(String node, String path, int intervalS) {
        this.node = node;
        this.mesh = null;
        this.mode = Mode.OBSERVE;
        this.path = path;
        this.intervalS = intervalS;
        this.source = LWM2M;
    }

    CoapConfig(SectionReader in) {
        source = COAP;
        node = in.text("node", "*");
        if (!node.equals("*") && !isNode(node)) {
            in.wrong("node", "sixteen hexadecimal digits in lower case, or * for every node");
        }
        mesh = in.text("mesh", null);
        String word = in.choice("mode", "observe", "poll", "discover");
        mode = word.equals("poll") ? Mode.POLL : word.equals("discover") ? Mode.DISCOVER : Mode.OBSERVE;
        if (mode != Mode.DISCOVER) {
            path = path(in);
        } else {
            path = CORE;
            if (in.text("path", null) != null) {
                in.wrong("path", "no path where the mode is discover");
            }
        }
        intervalS = in.whole("interval_s", mode == Mode.DISCOVER ? 86_400 : 300, 1, 31 * 86_400);
        in.finish();
    }

    /** An observation of a resource of an LwM2M client. */
    public static CoapConfig lwm2m(String node, String path, int intervalS) {
        return new CoapConfig(node, path, intervalS);
    }

    /** Whether it is about every node that is heard. */
    public boolean isForAll() {
        return node.equals("*");
    }

    /** Whether it is about nodes of that mesh. */
    public boolean isAbout(String meshName) {
        return mesh == null || mesh.equals(meshName);
    }

    /** The mesh must be one, and a node is in one of them only. */
    void rejectUnknownMesh(List<MeshConfig> meshes, int line, Problems problems) {
        if (mesh == null) {
            if (!isForAll() && meshes.size() > 1) {
                problems.add(line, "'config coap' for one node lacks 'option mesh', and there are " + meshes.size()
                    + " meshes");
            }
        }
        rejectUnserved("coap", mesh, meshes, line, problems);
    }

    /** A section about a mesh needs one of that name, or any where it names none, and one that speaks CoAP. */
    static void rejectUnserved(String type, String mesh, List<MeshConfig> meshes, int line, Problems problems) {
        boolean found = mesh == null;
        boolean served = meshes.isEmpty();
        for (MeshConfig one : meshes) {
            if (mesh == null || mesh.equals(one.name)) {
                found = true;
                served |= one.servedCoapPort() > 0;
            }
        }
        if (!found) {
            problems.add(line, "option 'mesh' of 'config " + type + "' is '" + mesh
                + "', and no 'config mesh' is called so");
        } else if (!served) {
            problems.add(line, "'config " + type + "' needs CoAP, which option 'coap_port' of its 'config mesh' "
                + "switches off");
        }
    }

    private static String path(SectionReader in) {
        String path = in.required("path");
        if (path.startsWith("/")) {
            path = path.substring(1);
        }
        boolean good = !path.isEmpty() && path.length() <= LONGEST_PATH;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean isEscape = c == '%' && i + 2 < path.length() && isHex(path.charAt(i + 1))
                && isHex(path.charAt(i + 2));
            good &= c > ' ' && c < 0x7f && (c != '%' || isEscape);
        }
        if (!good) {
            in.wrong("path", "a path such as sensors/temperature, at most " + LONGEST_PATH
                + " characters of ASCII, others as %C3%A9");
        }
        return path;
    }

    static boolean isNode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isHex(text.charAt(i)) || text.charAt(i) >= 'A' && text.charAt(i) <= 'F') {
                return false;
            }
        }
        return text.length() == NODE_DIGITS;
    }

    private static boolean isHex(char c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }
}
