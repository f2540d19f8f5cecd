package io.slipway.upstream;

import io.slipway.reading.Reading;
import io.slipway.store.Batch;
import java.util.List;

/**
 * Writes a batch as a SenML pack (RFC 8428) that needs nothing beside it: with what is in it, every reading has its
 * identity {@code origin/epoch/seq}. One record for each reading, in order:
 *
 * <pre>
 * bn        first record: origin and a slash
 * bt        first record, if every reading has a time: the first one's, seconds since 1970 to the ms
 * epoch     first record, extension: the epoch, as text
 * n         node/source; characters that a SenML name may not hold (section 4.5.1) have become '_'
 * t         seconds after bt, or since 1970 where there is no bt; left out where it is 0
 * v vs vd   the payload as a number, as text, or as it is: see {@link io.slipway.reading.PayloadForm}
 * seq       extension: the number within the epoch
 * source    extension, where n had to change it: the source as it is
 * clock_ok  extension, where the clock could not be trusted: false; with it
 * at_est    extension, where t and bt are the time that it must have been, worked out once the clock was set: true
 * at        extension, where that is not known: what the wall clock said, milliseconds since 1970
 * mono      extension: what the monotonic clock said, milliseconds since the epoch began
 * </pre>
 *
 * <p>A SenML time below 2^28 is not a date but an offset from now (section 4.5.3), and a missing one means now. A clock
 * that stands in 1970 would thus be taken for a time in the future. So a reading whose time is not known, or
 * that claims to be from before 2^28 s (July 1978), has no SenML time: a receiver that knows nothing of Slipway takes
 * the time of arrival, one that does makes the time from {@code mono} once another reading of the epoch has both. In
 * such a pack there is no {@code bt}, which would give a time to the records without one.
 *
 * <p>No label of ours ends in an underscore: who does not know one may ignore it (section 4.4). Not thread-safe.
 */
abstract class SenmlEncoder {
    /** Below this SenML times are relative to now, in milliseconds (RFC 8428 section 4.5.3). */
    private static final long FIRST_ABSOLUTE_MS = (1L << 28) * 1000;

    /** The media type of the packs (RFC 8428 section 12.3). */
    abstract String contentType();

    /** The pack. */
    abstract byte[] encode(Batch batch);

    /** Whether the reading's wall-clock time may be given as a SenML time. */
    static boolean hasTime(Reading reading) {
        return reading.hasTime() && reading.at >= FIRST_ABSOLUTE_MS;
    }

    static boolean allHaveTime(List<Reading> readings) {
        for (int i = 0; i < readings.size(); i++) {
            if (!hasTime(readings.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The source with '_' for every character that a SenML name may not hold; the same object where it has none. */
    static String cleanSource(String source) {
        StringBuilder clean = null;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == ':' || c == '.' || c == '/' || c == '_';
            if (!allowed) {
                if (clean == null) {
                    clean = new StringBuilder(source);
                }
                clean.setCharAt(i, '_');
            }
        }
        return clean == null ? source : clean.toString();
    }
}
