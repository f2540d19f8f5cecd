package io.slipway.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of a sub-command as they were typed: {@code --name VALUE} or {@code --name}. Immutable. */
final class Options {
    private final Map<String, String> values = new HashMap<>();
    private final List<String> words = new ArrayList<>();

    /** Reads the arguments of a command that takes nothing but options; see the other constructor. */
    Options(String command, String[] args, String known, String flags) throws UsageException {
        this(command, args, known, flags, 0);
    }

    /**
     * Reads the arguments.
     *
     * @param command its name, for messages
     * @param known the options with a value after them, separated by spaces
     * @param flags those without, likewise
     * @param mostWords how many words may stand there that are no options; each begins without '-', or is '-' alone,
     *     or stands behind '--'
     * @throws UsageException if there is another, one twice, or one without its value
     */
    Options(String command, String[] args, String known, String flags, int mostWords) throws UsageException {
        List<String> valued = Arrays.asList(known.split(" "));
        List<String> plain = Arrays.asList(flags.split(" "));
        boolean onlyWords = false;
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            if (words.size() < mostWords && !name.isEmpty()
                && (onlyWords || name.charAt(0) != '-' || name.length() == 1)) {
                words.add(name);
                continue;
            }
            if (mostWords > 0 && name.equals("--") && !onlyWords) {
                onlyWords = true;
                continue;
            }
            if (!valued.contains(name) && !plain.contains(name)) {
                throw new UsageException("'" + name + "' is unknown; see slipway " + command + " --help");
            }
            if (values.containsKey(name)) {
                throw new UsageException(name + " is given twice");
            }
            if (valued.contains(name) && i + 1 == args.length) {
                throw new UsageException(name + " needs a value; see slipway " + command + " --help");
            }
            values.put(name, valued.contains(name) ? args[++i] : "");
        }
    }

    /** Whether help is asked for, with whatever else. */
    static boolean wantHelp(String[] args) {
        return Arrays.asList(args).contains("--help");
    }

    /** The words that are no options, in their order. */
    List<String> words() {
        return words;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value of an option, {@code fallback} where it was not given. */
    String value(String name, String fallback) {
        return values.getOrDefault(name, fallback);
    }

    /** @throws UsageException if the option was given and its value is none of these words */
    void oneOf(String name, List<String> allowed) throws UsageException {
        String value = values.get(name);
        if (value != null && !allowed.contains(value)) {
            throw new UsageException(name + " is '" + value + "'; expected one of " + String.join(", ", allowed));
        }
    }

    /**
     * A number of an option, {@code fallback} where it was not given.
     *
     * @throws UsageException if it is none, or not above 0
     */
    double positive(String name, double fallback) throws UsageException {
        String value = values.get(name);
        if (value == null) {
            return fallback;
        }
        try {
            double number = Double.parseDouble(value);
            if (number > 0 && number <= 1e9) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new UsageException(name + " is '" + value + "'; expected a number above 0, at most 1000000000");
    }
}
