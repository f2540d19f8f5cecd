package io.slipway.cli;

import io.slipway.ingest.ReadingJson;
import io.slipway.ingest.Rfc3339;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a reading is written, with its line end. Not safe for several threads. */
abstract class ExportFormat {
    private static final byte[] NOTHING = {};

    /** @throws UsageException if there is none of that name */
    static ExportFormat named(String name) throws UsageException {
        switch (name) {
            case "jsonl":
                return new JsonLines();
            case "csv":
                return new Csv();
            default:
                throw new UsageException("--format is '" + name + "'; expected csv or jsonl");
        }
    }

    /** What stands above the first reading. */
    byte[] header() {
        return NOTHING;
    }

    abstract byte[] line(Reading reading);

    /** The same object as on the LAN's topic, one a line. */
    private static final class JsonLines extends ExportFormat {
        private final ReadingJson json = new ReadingJson();

        @Override
        byte[] line(Reading reading) {
            byte[] object = json.encode(reading);
            byte[] line = Arrays.copyOf(object, object.length + 1);
            line[object.length] = '\n';
            return line;
        }
    }

    /** RFC 4180, with the fields of the JSON as columns; {@code value} or {@code hex} is empty. */
    private static final class Csv extends ExportFormat {
        private static final char[] HEX = "0123456789abcdef".toCharArray();

        private final StringBuilder line = new StringBuilder();

        @Override
        byte[] header() {
            return "id,at,clock_ok,at_est,node,source,value,hex\r\n".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        byte[] line(Reading reading) {
            line.setLength(0);
            line.append(reading.id()).append(',').append(Rfc3339.format(reading.at)).append(',')
                .append(reading.clockOk).append(',').append(reading.estimated).append(',').append(reading.node)
                .append(',');
            quote(reading.source);
            line.append(',');
            if (PayloadForm.of(reading.payload) == PayloadForm.BYTES) {
                line.append(',');
                for (byte b : reading.payload) {
                    line.append(HEX[b >> 4 & 0xf]).append(HEX[b & 0xf]);
                }
            } else {
                quote(new String(reading.payload, StandardCharsets.UTF_8));
                line.append(',');
            }
            return line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        }

        /** Section 2: in quotes where it holds a comma, a quote or a line end; a quote is doubled. */
        private void quote(String text) {
            if (text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\r') < 0 && text.indexOf('\n') < 0) {
                line.append(text);
                return;
            }
            line.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                line.append(c == '"' ? "\"\"" : String.valueOf(c));
            }
            line.append('"');
        }
    }
}
