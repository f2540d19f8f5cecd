package io.slipway.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code completion} sub-command: a script with which bash completes commands and options. Everything in it comes
 * from the texts that {@code --help} prints, so that nothing has to be kept in two places.
 */
public final class Completion {
    /** Knows the help texts. */
    public interface Helps {
        /** What {@code slipway --help} prints, or with a command's name what that prints. */
        String of(String command);
    }

    private static final String HELP =
        "Usage: slipway completion bash\n"
        + "\n"
        + "Prints a script for /usr/share/bash-completion/completions/slipway, or to be sourced in .bashrc. A shell\n"
        + "without completion, such as busybox' ash, can source it too and is none the worse.\n"
        + "\n"
        + "  --help  this text\n"
        + "\n"
        + "Exit status: 0, 2 if the arguments are wrong.\n";
    private static final int USAGE = 2;

    private Completion() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code completion}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err, Helps helps) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        if (args.length != 1 || !args[0].equals("bash")) {
            err.println("slipway completion: bash is what it can do; see slipway completion --help");
            return USAGE;
        }
        out.print(script(helps));
        return 0;
    }

    private static String script(Helps helps) {
        List<String> commands = commands(helps.of(""));
        StringBuilder script = new StringBuilder("# shellcheck shell=bash\n"
            + "# Completion for slipway, made by 'slipway completion bash'. Other shells read to the next line.\n"
            + "[ -n \"${BASH_VERSION-}\" ] || return 0\n"
            + "_slipway() {\n"
            + "\tlocal word=${COMP_WORDS[COMP_CWORD]} options\n"
            + "\tCOMPREPLY=()\n"
            + "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
            + "\t\tmapfile -t COMPREPLY < <(compgen -W '" + String.join(" ", commands)
            + " --help --version' -- \"$word\")\n"
            + "\t\treturn\n"
            + "\tfi\n"
            + "\tcase ${COMP_WORDS[1]} in\n");
        for (String command : commands) {
            script.append("\t\t").append(command).append(") options='")
                .append(String.join(" ", options(helps.of(command)))).append("' ;;\n");
        }
        return script.append("\t\t*) return ;;\n\tesac\n"
            + "\tcase $word in\n"
            + "\t\t-*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\") ;;\n"
            + "\t\t*) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
            + "\tesac\n"
            + "}\n"
            + "complete -o filenames -F _slipway slipway\n").toString();
    }

    /** The first words of the indented lines that begin with a letter. */
    static List<String> commands(String help) {
        List<String> commands = new ArrayList<>();
        for (String line : help.split("\n")) {
            if (line.startsWith("  ") && line.length() > 2 && Character.isLetter(line.charAt(2))) {
                String command = line.substring(2).split(" ")[0];
                if (!commands.contains(command)) {
                    commands.add(command);
                }
            }
        }
        return commands;
    }

    /** The options that a help text explains: its indented lines that begin with two dashes. */
    static List<String> options(String help) {
        List<String> options = new ArrayList<>();
        for (String line : help.split("\n")) {
            if (line.startsWith("  --")) {
                String option = line.substring(2).split(" ")[0];
                if (!options.contains(option)) {
                    options.add(option);
                }
            }
        }
        return options;
    }
}
