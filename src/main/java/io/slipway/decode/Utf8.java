package io.slipway.decode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629): what is none is refused instead of being replaced. Not thread-safe. */
final class Utf8 {
    /** Made for the first text that is not ASCII. */
    private CharsetDecoder decoder;

    /** The text of these bytes. */
    String decode(byte[] bytes, int from, int to) throws Undecodable {
        int at = from;
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        if (at == to) {
            return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        }
        if (decoder == null) {
            decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        }
        try {
            return decoder.decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw Undecodable.malformed("text that is not UTF-8");
        }
    }
}
