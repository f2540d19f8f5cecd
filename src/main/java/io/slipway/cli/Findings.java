package io.slipway.cli;

import io.slipway.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** What the doctor found: of each thing whether it is well, and if not, what to do. One thread. */
final class Findings {
    private static final String GOOD = "ok";
    private static final String UNWISE = "warning";
    private static final String BAD = "bad";
    private static final String[] ORDER = {BAD, UNWISE, GOOD};
    private static final String[] COLOURS = {"\u001b[31m", "\u001b[33m", "\u001b[32m"};

    private final List<String[]> all = new ArrayList<>();

    /** @param about what was looked at: {@code disk}, {@code link mesh0} */
    void good(String about, String what) {
        all.add(new String[] {GOOD, about, what, ""});
    }

    /** It works, but may not for long, or is not what somebody meant. */
    void unwise(String about, String what, String advice) {
        all.add(new String[] {UNWISE, about, what, advice});
    }

    /** It does not work. */
    void bad(String about, String what, String advice) {
        all.add(new String[] {BAD, about, what, advice});
    }

    /** Whether something does not work. */
    boolean areBad() {
        for (String[] one : all) {
            if (one[0].equals(BAD)) {
                return true;
            }
        }
        return false;
    }

    /** What is wrong first; a line each, and one for what to do. */
    String text(boolean coloured) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ORDER.length; i++) {
            for (String[] one : all) {
                if (one[0].equals(ORDER[i])) {
                    text.append(coloured ? COLOURS[i] : "").append(one[0]).append(coloured ? "\u001b[0m" : "")
                        .append("       ", 0, 8 - one[0].length()).append(one[1]).append(": ")
                        .append(Printable.of(one[2])).append('\n');
                    if (!one[3].isEmpty()) {
                        text.append("        -> ").append(one[3]).append('\n');
                    }
                }
            }
        }
        return text.toString();
    }

    String json() {
        JsonWriter json = new JsonWriter().object().field("good", !areBad()).array("findings");
        for (String[] one : all) {
            json.object().field("level", one[0]).field("about", one[1]).field("what", one[2]);
            if (!one[3].isEmpty()) {
                json.field("advice", one[3]);
            }
            json.endObject();
        }
        return json.endArray().endObject() + "\n";
    }
}
