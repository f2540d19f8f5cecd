package io.slipway.web;

import io.slipway.json.JsonReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads the body of a request that changes something. */
final class JsonBody {
    private static final String DIGITS = "0123456789abcdefABCDEF";

    private JsonBody() {
    }

    /**
     * The object that it is.
     *
     * @param names of the members that may be there, separated by spaces
     * @throws BadRequest if it is none, or has others
     */
    static Map<?, ?> members(byte[] body, String names) throws BadRequest {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException malformed) {
            throw new BadRequest("the body is not UTF-8");
        }
        Object parsed = JsonReader.read(body);
        if (!(parsed instanceof Map)) {
            throw new BadRequest("the body is no JSON object");
        }
        Map<?, ?> members = (Map<?, ?>) parsed;
        for (Object name : members.keySet()) {
            if (name.toString().indexOf(' ') >= 0 || (" " + names + " ").indexOf(" " + name + " ") < 0) {
                throw new BadRequest("unknown member '" + name + "'; there are: " + names);
            }
        }
        return members;
    }

    /** What {@code value}, a text, or {@code hex} stands for; nothing where neither is there. */
    static byte[] payload(Map<?, ?> members) throws BadRequest {
        Object value = members.get("value");
        Object hex = members.get("hex");
        if (value != null && hex != null || value != null && !(value instanceof String)
            || hex != null && !isHex(hex)) {
            throw new BadRequest("the payload is either 'value', a text, or 'hex', an even number of hexadecimal"
                + " digits");
        }
        if (hex == null) {
            return value == null ? new byte[0] : ((String) value).getBytes(StandardCharsets.UTF_8);
        }
        String digits = (String) hex;
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Character.digit(digits.charAt(2 * i), 16) << 4
                | Character.digit(digits.charAt(2 * i + 1), 16));
        }
        return bytes;
    }

    private static boolean isHex(Object value) {
        if (!(value instanceof String) || ((String) value).length() % 2 != 0) {
            return false;
        }
        String text = (String) value;
        for (int i = 0; i < text.length(); i++) {
            if (DIGITS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
