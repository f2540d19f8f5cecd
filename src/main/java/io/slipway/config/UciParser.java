package io.slipway.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads UCI text as libuci (file.c) does in its strict mode.
 *
 * <ul>
 * <li>Statements, one a line or separated by {@code ;}: {@code package}, {@code config}, {@code option}, {@code list},
 *   or only the first letter of these, never quoted.
 * <li>Words are bare, in single quotes (everything as it is, line ends too) or in double quotes (a backslash takes the
 *   next character as it is); where they touch they are one word.
 * <li>{@code #} outside quotes starts a comment, within a bare word too. A backslash before a line end joins the lines.
 * <li>A section's name belongs to one type; a named section may be continued further down.
 * </ul>
 *
 * <p>It is kinder than libuci in one point: libuci ignores the rest of the line after a {@code ;} that touches a bare
 * word, and we read it. Used once, by one thread.
 */
final class UciParser {
    private final String text;
    private final Problems problems;
    private final List<UciSection> sections = new ArrayList<>();
    private final Map<String, UciSection> named = new HashMap<>();
    private UciSection current;
    private int at;
    private int line = 1;
    /** The first line with a quote that ends in a later one: where a quote is missing, it is missing there. */
    private int longQuote;

    UciParser(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /**
     * All sections in the order of the file; what could not be read is among the problems.
     *
     * @throws ConfigException where there is no sense in reading on, since what follows would be misunderstood
     */
    List<UciSection> parse() throws ConfigException {
        rejectWhatIsNoText();
        while (at < text.length()) {
            int startLine = line;
            List<String> words = new ArrayList<>();
            readStatement(words);
            if (!words.isEmpty()) {
                statement(words, startLine);
            }
        }
        return sections;
    }

    private void rejectWhatIsNoText() throws ConfigException {
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            while (at < nul) {
                skip();
            }
            problems.add(line, "there is a NUL byte; this is no text file");
        } else if (text.startsWith("\uFEFF")) {
            problems.add(1, "the file begins with a byte order mark, which uci refuses; save it as UTF-8 without BOM");
        }
        problems.throwIfAny();
    }

    private void statement(List<String> words, int at0) {
        String keyword = words.get(0);
        int count = words.size();
        if (keyword.equals("package") || keyword.equals("p")) {
            check(count == 2, at0, "'package' takes one name");
        } else if (keyword.equals("config") || keyword.equals("c")) {
            // Whatever is wrong with it, the options that follow must not end up in the section before.
            current = new UciSection("", null, at0);
            if (check(count == 2 || count == 3, at0, "'config' takes a type and at most one name")) {
                openSection(words.get(1), count == 3 ? words.get(2) : "", at0);
            }
        } else if (keyword.equals("option") || keyword.equals("o")) {
            if (checkValue("option", words, at0)) {
                current.option(words.get(1), words.get(2), at0);
            }
        } else if (keyword.equals("list") || keyword.equals("l")) {
            if (checkValue("list", words, at0)) {
                current.list(words.get(1), words.get(2), at0);
            }
        } else {
            check(false, at0, "'" + keyword + "' is unknown here; expected config, option or list");
        }
    }

    private boolean checkValue(String keyword, List<String> words, int at0) {
        return check(words.size() == 3, at0, "'" + keyword + "' takes a name and one value; quote a value with spaces")
            && check(isName(words.get(1)), at0, "'" + words.get(1) + "' is no option name; letters, digits and _ only")
            && check(current != null, at0, "'" + keyword + "' before the first 'config'");
    }

    private void openSection(String type, String name, int at0) {
        if (name.isEmpty()) {
            current = new UciSection(type, null, at0);
            sections.add(current);
        } else if (check(isName(name), at0, "'" + name + "' is no section name; letters, digits and _ only")) {
            UciSection before = named.get(name);
            if (before == null) {
                current = new UciSection(type, name, at0);
                sections.add(current);
                named.put(name, current);
            } else if (check(before.type.equals(type), at0, "'" + name + "' is already the name of a 'config "
                + before.type + "' in line " + before.line + "; give each its own")) {
                current = before;
            }
        }
    }

    /** Reads to the end of the statement. */
    private void readStatement(List<String> words) throws ConfigException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == ';') {
                skip();
                return;
            }
            if (c == '#') {
                skipComment();
            } else if (isSpace(c)) {
                at++;
            } else if (c == '\\' && lineEndAt(at + 1) > 0) {
                skipEscape(null);
            } else {
                words.add(words.isEmpty() ? readKeyword() : readWord());
            }
        }
    }

    private String readKeyword() {
        int from = at;
        while (at < text.length() && !endsWord(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private String readWord() throws ConfigException {
        StringBuilder word = new StringBuilder();
        while (at < text.length() && !endsWord(text.charAt(at))) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"') {
                readQuoted(c, word);
            } else if (c == '\\') {
                skipEscape(word);
            } else {
                word.append(c);
                at++;
            }
        }
        return word.toString();
    }

    private void readQuoted(char quote, StringBuilder word) throws ConfigException {
        int opened = line;
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && quote == '"') {
                skipEscape(word);
            } else {
                word.append(text.charAt(at));
                skip();
            }
        }
        if (at == text.length()) {
            problems.add(longQuote > 0 ? longQuote : opened, "a quote is opened here and not closed in its line");
            problems.throwIfAny();
        }
        if (line > opened && longQuote == 0) {
            longQuote = opened;
        }
        at++;
    }

    /** A backslash takes the next character as it is, and swallows a line end. */
    private void skipEscape(StringBuilder word) {
        at++;
        int lineEnd = lineEndAt(at);
        if (lineEnd > 0) {
            at += lineEnd;
            line++;
        } else if (at < text.length()) {
            word.append(text.charAt(at));
            at++;
        }
    }

    /** How long the line end at this place is, 0 where there is none. */
    private int lineEndAt(int place) {
        return text.startsWith("\n", place) ? 1 : text.startsWith("\r\n", place) ? 2 : 0;
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void skip() {
        if (text.charAt(at) == '\n') {
            line++;
        }
        at++;
    }

    private boolean check(boolean good, int at0, String problem) {
        if (!good) {
            problems.add(at0, problem);
        }
        return good;
    }

    private static boolean endsWord(char c) {
        return c == '#' || c == ';' || isSpace(c);
    }

    /** isspace() of the C locale. */
    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
