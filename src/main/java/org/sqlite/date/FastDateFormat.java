package org.sqlite.date;

import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;

/**
 * Replaces the SQLite driver's class of this name, of which it makes one for every connection, for columns that hold
 * dates as text. We have none of these, and the original loads calendars, time zones and locales at its construction.
 * This one does so when it is used. Any thread.
 */
public final class FastDateFormat {
    private final String pattern;
    private final TimeZone zone;

    private FastDateFormat(String pattern, TimeZone zone) {
        this.pattern = pattern;
        this.zone = zone;
    }

    /** In the time zone of the box. */
    public static FastDateFormat getInstance(String pattern) {
        return new FastDateFormat(pattern, null);
    }

    /** In a time zone. */
    public static FastDateFormat getInstance(String pattern, TimeZone zone) {
        return new FastDateFormat(pattern, zone);
    }

    private SimpleDateFormat format() {
        SimpleDateFormat format = new SimpleDateFormat(pattern, Locale.ROOT);
        if (zone != null) {
            format.setTimeZone(zone);
        }
        return format;
    }

    /** The time that the text says. */
    public Date parse(String text) throws ParseException {
        return format().parse(text);
    }

    /** The text for a time. */
    public String format(Date time) {
        return format().format(time);
    }
}
