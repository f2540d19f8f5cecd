package io.slipway.config;

import java.util.Collection;
import java.util.TreeSet;

/** Tells somebody who mistyped a name which one was probably meant. */
final class NearestName {
    /** More slips of the keyboard than this, and it is another word. */
    private static final int MOST_SLIPS = 2;

    private NearestName() { }

    /** Ends a sentence about an unknown name: with the one that was meant, or with all that there are. */
    static String hint(String unknown, Collection<String> known) {
        String nearest = null;
        int least = MOST_SLIPS + 1;
        for (String name : known) {
            int slips = Math.abs(name.length() - unknown.length()) > MOST_SLIPS ? least : slips(unknown, name);
            if (slips < least) {
                least = slips;
                nearest = name;
            }
        }
        return nearest != null ? "; did you mean '" + nearest + "'?"
            : "; expected one of " + String.join(", ", new TreeSet<>(known));
    }

    /** Letters to insert, delete or replace to make one word the other (Levenshtein). */
    private static int slips(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
