package io.slipway.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads UCI text as libuci does: {@code package}, {@code config}, {@code option} and {@code list} statements, one a
 * line or separated by {@code ;}; words bare, in single quotes (everything as it is, even line ends) or in double
 * quotes (backslash escapes), and joined where they touch; {@code #} outside quotes starts a comment; a backslash
 * before a line end joins two lines. Used once, by one thread.
 */
final class UciParser {
    private final String text;
    private final String file;
    private final List<String> problems;
    private final List<UciSection> sections = new ArrayList<>();
    private int at;
    private int line = 1;

    UciParser(String file, String text, List<String> problems) {
        this.file = file;
        this.text = text;
        this.problems = problems;
    }

    /** All sections in the order of the file; what could not be read is among the problems. */
    List<UciSection> parse() {
        List<String> words = new ArrayList<>();
        while (at < text.length()) {
            int startLine = line;
            words.clear();
            if (readStatement(words) && !words.isEmpty()) {
                statement(words, startLine);
            }
        }
        return sections;
    }

    private void statement(List<String> words, int at0) {
        String keyword = words.get(0);
        int count = words.size();
        if ("package".equals(keyword)) {
            check(count == 2, at0, "'package' takes one name");
        } else if ("config".equals(keyword)) {
            if (check(count == 2 || count == 3, at0, "'config' takes a type and at most one name")) {
                openSection(words.get(1), count == 3 ? words.get(2) : null, at0);
            }
        } else if ("option".equals(keyword) || "list".equals(keyword)) {
            if (check(count == 3, at0, "'" + keyword + "' takes a name and one value; quote a value that has spaces")
                && check(isName(words.get(1)), at0, "'" + words.get(1)
                    + "' is no option name: letters, digits and _ only")
                && check(!sections.isEmpty(), at0, "'" + keyword + "' before the first 'config'")) {
                UciSection section = sections.get(sections.size() - 1);
                if ("list".equals(keyword)) {
                    section.list(words.get(1), words.get(2), at0);
                } else {
                    section.option(words.get(1), words.get(2), at0);
                }
            }
        } else {
            check(false, at0, "'" + keyword + "' is unknown here; expected config, option or list");
        }
    }

    /** A named section may be continued further down, as in UCI. */
    private void openSection(String type, String name, int at0) {
        if (name != null && check(isName(name), at0, "'" + name + "' is no section name: letters, digits and _ only")) {
            for (int i = 0; i < sections.size(); i++) {
                if (name.equals(sections.get(i).name) && type.equals(sections.get(i).type)) {
                    sections.add(sections.remove(i));
                    return;
                }
            }
        }
        sections.add(new UciSection(type, name, at0));
    }

    /** Reads to the end of the statement; false where it is broken, and then the rest of its line is skipped. */
    private boolean readStatement(List<String> words) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == ';') {
                skip();
                return true;
            }
            if (c == '#') {
                skipComment();
            } else if (c == '\\' && next() == '\n') {
                at++;
                skip();
            } else if (c <= ' ') {
                at++;
            } else {
                String word = readWord();
                if (word == null) {
                    skipComment();
                    return false;
                }
                words.add(word);
            }
        }
        return true;
    }

    private String readWord() {
        StringBuilder word = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"') {
                if (!readQuoted(c, word)) {
                    return null;
                }
            } else if (c <= ' ' || c == '#' || c == ';') {
                break;
            } else if (c == '\\') {
                at++;
                if (at < text.length()) {
                    appendEscaped(word);
                }
            } else {
                word.append(c);
                at++;
            }
        }
        return word.toString();
    }

    private boolean readQuoted(char quote, StringBuilder word) {
        int opened = line;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == quote) {
                at++;
                return true;
            }
            if (c == '\\' && quote == '"') {
                at++;
                if (at < text.length()) {
                    appendEscaped(word);
                }
            } else {
                word.append(c);
                skip();
            }
        }
        return check(false, opened, "the quote " + quote + " is never closed");
    }

    /** A backslash takes the next character as it is, and swallows a line end. */
    private void appendEscaped(StringBuilder word) {
        if (text.charAt(at) != '\n') {
            word.append(text.charAt(at));
        }
        skip();
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

    private char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private boolean check(boolean good, int at0, String problem) {
        if (!good) {
            problems.add(file + ":" + at0 + ": " + problem);
        }
        return good;
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
