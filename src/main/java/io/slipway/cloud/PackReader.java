package io.slipway.cloud;

import io.slipway.json.JsonReader;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a batch: a SenML pack (RFC 8428) in CBOR or JSON, deflated or not, as gateways write it. By its first byte
 * where the sender could not say what it is, which MQTT 3.1.1 has no means for. What the user properties say beside it
 * must agree with what is in it.
 */
final class PackReader {
    /** Bytes of a pack, inflated: 512 readings have 1 MiB of payload at most. */
    private static final int MOST_BYTES = 8 << 20;
    private static final int MOST_READINGS = 4096;
    private static final int LONGEST_NAME = 1024;
    private static final long MOST_SEQ = 1L << 53;
    private static final BigDecimal MS = BigDecimal.valueOf(1000);
    /** Seconds since 1970 that a time may have, either way: the year 9999. */
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(253_402_300_799L);

    private PackReader() {
    }

    /** The readings; {@link BadMessage} says why there are none. */
    static Pack read(Message message) throws BadMessage {
        byte[] plain = isDeflated(message) ? inflate(message.payload) : message.payload;
        Object pack = plain.length > 0 && (plain[0] & 0xe0) == 0x80 ? CborReader.read(plain)
            : JsonReader.readExact(plain);
        if (!(pack instanceof List) || ((List<?>) pack).isEmpty() || ((List<?>) pack).size() > MOST_READINGS) {
            throw new BadMessage("no SenML pack");
        }
        Pack read = records((List<?>) pack);
        check(message, read);
        return read;
    }

    private static boolean isDeflated(Message message) {
        return "deflate".equals(message.properties.get("content-encoding"))
            || message.contentType == null && message.payload.length > 0 && message.payload[0] == 0x78;
    }

    private static byte[] inflate(byte[] deflated) throws BadMessage {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated);
            ByteArrayOutputStream out = new ByteArrayOutputStream(4 * deflated.length);
            byte[] chunk = new byte[16 << 10];
            while (!inflater.finished()) {
                int n = inflater.inflate(chunk);
                if (n == 0 && (inflater.needsInput() || inflater.needsDictionary()) || out.size() > MOST_BYTES) {
                    throw new BadMessage("deflated data that ends too early, or is too long");
                }
                out.write(chunk, 0, n);
            }
            return out.toByteArray();
        } catch (DataFormatException damaged) {
            throw new BadMessage("deflated data that is damaged");
        } finally {
            inflater.end();
        }
    }

    private static Pack records(List<?> records) throws BadMessage {
        Map<?, ?> head = record(records.get(0));
        Object bn = head.get("bn");
        String base = bn instanceof String ? (String) bn : "";
        String origin = base.endsWith("/") ? base.substring(0, base.length() - 1) : "";
        Object name = head.get("epoch");
        Epoch epoch = name instanceof String ? Epoch.parse((String) name) : null;
        if (origin.isEmpty() || origin.indexOf('/') >= 0 || !isClean(origin) || epoch == null) {
            throw new BadMessage("a pack without origin or epoch");
        }
        BigDecimal baseTime = head.get("bt") == null ? null : decimal(head, "bt");
        List<Reading> readings = new ArrayList<>(records.size());
        long before = 0;
        for (Object one : records) {
            Reading reading = reading(record(one), origin, epoch, baseTime);
            if (reading.seq <= before) {
                throw new BadMessage("numbers that do not ascend");
            }
            before = reading.seq;
            readings.add(reading);
        }
        return new Pack(origin, epoch, readings);
    }

    private static Map<?, ?> record(Object one) throws BadMessage {
        if (!(one instanceof Map)) {
            throw new BadMessage("a SenML record that is none");
        }
        return (Map<?, ?>) one;
    }

    private static Reading reading(Map<?, ?> record, String origin, Epoch epoch, BigDecimal baseTime)
            throws BadMessage {
        String name = text(record, "n");
        int slash = name.indexOf('/');
        Eui64 node = slash < 0 ? null : Eui64.parse(name.substring(0, slash));
        if (node == null) {
            throw new BadMessage("a record whose name has no node");
        }
        String source = record.containsKey("source") ? text(record, "source") : name.substring(slash + 1);
        long seq = whole(record, "seq");
        if (seq < 1 || seq > MOST_SEQ) {
            throw new BadMessage("a number that no reading has");
        }
        boolean clockOk = !Boolean.FALSE.equals(record.get("clock_ok"));
        long mono = record.containsKey("mono") ? whole(record, "mono") : 0;
        byte[] payload = payload(record);
        if (record.containsKey("at")) {
            return new Reading(origin, epoch, seq, whole(record, "at"), false, mono, node, source, payload);
        }
        BigDecimal seconds = record.get("t") == null ? BigDecimal.ZERO : decimal(record, "t");
        seconds = baseTime == null ? seconds : seconds.add(baseTime);
        if (seconds.abs().compareTo(MOST_SECONDS) > 0 || seconds.signum() == 0 && clockOk) {
            throw new BadMessage("a reading without a time, or with one that no calendar has");
        }
        long at = seconds.multiply(MS).longValue();
        Reading reading = new Reading(origin, epoch, seq, at, clockOk, mono, node, source, payload);
        return clockOk ? reading : reading.timedBy(at - mono);
    }

    private static byte[] payload(Map<?, ?> record) throws BadMessage {
        Object v = record.get("v");
        if (v instanceof Long || v instanceof BigDecimal) {
            return v.toString().getBytes(StandardCharsets.US_ASCII);
        }
        Object vs = record.get("vs");
        if (vs instanceof String) {
            return ((String) vs).getBytes(StandardCharsets.UTF_8);
        }
        Object vd = record.get("vd");
        if (vd instanceof byte[]) {
            return (byte[]) vd;
        }
        try {
            return Base64.getUrlDecoder().decode(text(record, "vd"));
        } catch (IllegalArgumentException notBase64) {
            throw new BadMessage("a vd that is not base64url");
        }
    }

    private static String text(Map<?, ?> record, String name) throws BadMessage {
        Object value = record.get(name);
        if (!(value instanceof String) || !isClean((String) value)) {
            throw new BadMessage("a record whose " + name + " is missing or of the wrong type");
        }
        return (String) value;
    }

    private static long whole(Map<?, ?> record, String name) throws BadMessage {
        Object value = record.get(name);
        if (!(value instanceof Long)) {
            throw new BadMessage("a record whose " + name + " is missing or no whole number");
        }
        return (Long) value;
    }

    private static BigDecimal decimal(Map<?, ?> record, String name) throws BadMessage {
        Object value = record.get(name);
        if (value instanceof Long) {
            return BigDecimal.valueOf((Long) value);
        }
        if (!(value instanceof BigDecimal)) {
            throw new BadMessage("a record whose " + name + " is no number");
        }
        return (BigDecimal) value;
    }

    /** What a database can hold as text: no control characters, and no half of a surrogate pair. */
    static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return text.length() <= LONGEST_NAME;
    }

    private static void check(Message message, Pack pack) throws BadMessage {
        agree("origin", message.gateway(), pack.origin);
        agree("origin", message.properties.get("origin"), pack.origin);
        agree("epoch", message.properties.get("epoch"), pack.epoch.toString());
        agree("first", message.properties.get("first"), Long.toString(pack.first()));
        agree("last", message.properties.get("last"), Long.toString(pack.last()));
        agree("count", message.properties.get("count"), Integer.toString(pack.readings.size()));
    }

    private static void agree(String what, String said, String is) throws BadMessage {
        if (said != null && !said.equals(is)) {
            throw new BadMessage("the " + what + " beside the pack is not the one in it");
        }
    }
}
