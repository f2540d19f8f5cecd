package org.tinylog.format;

import java.util.Locale;

/**
 * Replaces tinylog's class of this name. The original formats numbers after patterns such as {@code 0.00}, which no
 * line of our log uses, and for that loads the locales at its construction. This one puts the arguments into the
 * place of each pair of braces. Any thread.
 */
public class AdvancedMessageFormatter extends LegacyMessageFormatter {
    /** Called by tinylog; both settings concern only the patterns. */
    public AdvancedMessageFormatter(Locale locale, boolean escape) {
        super();
    }
}
