package io.slipway.security;

import io.slipway.config.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each user may read and write, in the format of Mosquitto's {@code acl_file}. Immutable; any thread.
 *
 * <pre>
 * topic [read|write|readwrite|deny] FILTER     before the first user: for clients without a user name
 * user NAME
 * topic [read|write|readwrite|deny] FILTER     for that user
 * pattern [read|write|readwrite|deny] FILTER   for everybody; %u is the user, %c the client's id
 * </pre>
 *
 * Without a word it is {@code readwrite}. What no line allows is denied, and a {@code deny} goes before what allows.
 * Empty lines and lines that begin with {@code #} are passed over.
 */
public final class Acl {
    private static final Acl OPEN = new Acl(true);

    private final boolean open;
    private final List<AclRule> anonymous = new ArrayList<>();
    private final Map<String, List<AclRule>> users = new HashMap<>();
    private final List<AclRule> patterns = new ArrayList<>();

    private Acl(boolean open) {
        this.open = open;
    }

    /** Everybody may do everything. */
    public static Acl open() {
        return OPEN;
    }

    /** @throws IOException if it cannot be read, or with file and line if a line is wrong */
    public static Acl read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IOException("The access file " + file + ": " + FileProblem.of(unreadable), unreadable);
        }
        Acl read = new Acl(false);
        List<AclRule> current = read.anonymous;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            String where = file + ":" + (i + 1) + ": ";
            int space = endOfWord(line);
            String word = line.substring(0, space);
            String rest = line.substring(space).trim();
            if (word.equals("user") && !rest.isEmpty()) {
                current = read.rulesOf(rest);
            } else if (word.equals("topic")) {
                current.add(rule(rest, false, where));
            } else if (word.equals("pattern")) {
                read.patterns.add(rule(rest, true, where));
            } else {
                throw new IOException(where + "expected user NAME, or topic or pattern with a topic filter");
            }
        }
        return read;
    }

    private List<AclRule> rulesOf(String user) {
        List<AclRule> rules = users.get(user);
        if (rules == null) {
            rules = new ArrayList<>();
            users.put(user, rules);
        }
        return rules;
    }

    private static int endOfWord(String line) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
            end++;
        }
        return end;
    }

    private static AclRule rule(String text, boolean isPattern, String where) throws IOException {
        int space = endOfWord(text);
        int access = space == text.length() ? -1 : accessOf(text.substring(0, space));
        String filter = access < 0 ? text : text.substring(space).trim();
        if (!isFilter(filter)) {
            throw new IOException(where + "expected read, write, readwrite or deny, and a topic filter, of which + and"
                + " # are whole levels and # is the last");
        }
        return new AclRule(access < 0 ? AclRule.READ | AclRule.WRITE : access, filter, isPattern);
    }

    private static int accessOf(String word) {
        switch (word) {
            case "read":
                return AclRule.READ;
            case "write":
                return AclRule.WRITE;
            case "readwrite":
                return AclRule.READ | AclRule.WRITE;
            case "deny":
                return AclRule.DENY;
            default:
                // Topics may have spaces in them.
                return -1;
        }
    }

    private static boolean isFilter(String filter) {
        for (int i = 0; i < filter.length(); i++) {
            char c = filter.charAt(i);
            boolean alone = (i == 0 || filter.charAt(i - 1) == '/')
                && (i + 1 == filter.length() || c == '+' && filter.charAt(i + 1) == '/');
            if ((c == '+' || c == '#') && !alone) {
                return false;
            }
        }
        return !filter.isEmpty();
    }

    /** Whether the client may publish there. @param user {@code null} for an anonymous client */
    public boolean mayWrite(String user, String client, String topic) {
        return may(AclRule.WRITE, user, client, topic);
    }

    /** Whether the client may get what is published there. @param user {@code null} for an anonymous client */
    public boolean mayRead(String user, String client, String topic) {
        return may(AclRule.READ, user, client, topic);
    }

    /**
     * Whether a subscription can bring the client anything: no if all that it asks for is denied, or nothing of it
     * allowed. What of it is allowed, {@link #mayRead} tells.
     */
    public boolean maySubscribe(String user, String client, String filter) {
        if (open) {
            return true;
        }
        boolean allowed = false;
        for (List<AclRule> rules : rulesFor(user)) {
            for (int i = 0; i < rules.size(); i++) {
                AclRule rule = rules.get(i);
                if (rule.access == AclRule.DENY && rule.covers(filter, user, client)) {
                    return false;
                }
                allowed |= (rule.access & AclRule.READ) != 0 && rule.meets(filter, user, client);
            }
        }
        return allowed;
    }

    private boolean may(int access, String user, String client, String topic) {
        if (open) {
            return true;
        }
        boolean allowed = false;
        for (List<AclRule> rules : rulesFor(user)) {
            for (int i = 0; i < rules.size(); i++) {
                AclRule rule = rules.get(i);
                boolean speaks = rule.access == AclRule.DENY || !allowed && (rule.access & access) != 0;
                if (speaks && rule.covers(topic, user, client)) {
                    if (rule.access == AclRule.DENY) {
                        return false;
                    }
                    allowed = true;
                }
            }
        }
        return allowed;
    }

    private List<List<AclRule>> rulesFor(String user) {
        List<AclRule> own = user == null ? anonymous : users.get(user);
        List<List<AclRule>> both = new ArrayList<>(2);
        both.add(own == null ? Collections.<AclRule>emptyList() : own);
        both.add(patterns);
        return both;
    }
}
