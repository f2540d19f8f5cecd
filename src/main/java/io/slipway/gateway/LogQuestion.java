package io.slipway.gateway;

import java.nio.charset.StandardCharsets;
import org.tinylog.Level;
import org.tinylog.Logger;

/**
 * {@code log}: the levels of the log. {@code log LEVEL}: sets the one for everything, and the libraries' to match.
 * {@code log LEVEL NAME}: sets that of a package or class. {@code log configured}: back to those of the start. The
 * answer is what counts then, see {@link LogLevels#toString}.
 */
final class LogQuestion implements Question {
    @Override
    public byte[] answer(String arguments) {
        if (!arguments.isEmpty()) {
            LogLevels wanted = wanted(arguments);
            if (wanted == null) {
                return null;
            }
            LogProvider.set(wanted);
            Logger.info("The log's levels were changed: {}", arguments);
        }
        return LogProvider.levels().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static LogLevels wanted(String arguments) {
        if (arguments.equals("configured")) {
            return Logging.configured();
        }
        int space = arguments.indexOf(' ');
        Level level = LogLevels.level(space < 0 ? arguments : arguments.substring(0, space));
        if (level == null) {
            return null;
        }
        return space < 0 ? LogLevels.of(level) : LogProvider.levels().with(arguments.substring(space + 1), level);
    }
}
