package io.slipway.mesh.mqttsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages byte for byte, worked out from MQTT-SN 1.2 section 5. */
class MessageTest {
    /** What was read, in one line: everything that differs from a message that says nothing. */
    private static String read(String hex) throws MalformedMessageException {
        Message m = Message.decode(HexFormat.of().parseHex(hex.replace(" ", "")));
        return Integer.toHexString(m.type) + " flags " + Integer.toHexString(m.flags) + " code " + m.code
            + " duration " + m.duration + " topic " + m.topicId + " id " + m.id + " rest " + m.text();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "05 00 09 01 2c             | 0 flags 0 code 9 duration 300 topic 0 id 0 rest",
        "03 01 02                   | 1 flags 0 code 2 duration -1 topic 0 id 0 rest",
        "03 02 09                   | 2 flags 0 code 9 duration -1 topic 0 id 0 rest",
        "05 02 09 61 62             | 2 flags 0 code 9 duration -1 topic 0 id 0 rest ab",
        "0c 04 04 01 0015 73656e736f72 | 4 flags 4 code 1 duration 21 topic 0 id 0 rest sensor",
        "03 05 01                   | 5 flags 0 code 1 duration -1 topic 0 id 0 rest",
        "02 06                      | 6 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "02 07                      | 7 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "05 07 30 61 62             | 7 flags 30 code 0 duration -1 topic 0 id 0 rest ab",
        "02 08                      | 8 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "05 09 62 79 65             | 9 flags 0 code 0 duration -1 topic 0 id 0 rest bye",
        "09 0a 0000 0102 612f62     | a flags 0 code 0 duration -1 topic 0 id 258 rest a/b",
        "07 0b 0203 0102 03         | b flags 0 code 3 duration -1 topic 515 id 258 rest",
        "09 0c 62 6162 0102 3231    | c flags 62 code 0 duration -1 topic 24930 id 258 rest 21",
        "07 0c 00 0001 0000         | c flags 0 code 0 duration -1 topic 1 id 0 rest",
        "07 0d ffff 0102 02         | d flags 0 code 2 duration -1 topic 65535 id 258 rest",
        "04 0e 0102                 | e flags 0 code 0 duration -1 topic 0 id 258 rest",
        "04 0f 0102                 | f flags 0 code 0 duration -1 topic 0 id 258 rest",
        "04 10 0102                 | 10 flags 0 code 0 duration -1 topic 0 id 258 rest",
        "08 12 20 0102 612f23       | 12 flags 20 code 0 duration -1 topic 0 id 258 rest a/#",
        "08 13 20 0001 0102 00      | 13 flags 20 code 0 duration -1 topic 1 id 258 rest",
        "07 14 02 0102 6162         | 14 flags 2 code 0 duration -1 topic 0 id 258 rest ab",
        "04 15 0102                 | 15 flags 0 code 0 duration -1 topic 0 id 258 rest",
        "02 16                      | 16 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "03 16 63                   | 16 flags 0 code 0 duration -1 topic 0 id 0 rest c",
        "02 17                      | 17 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "02 18                      | 18 flags 0 code 0 duration -1 topic 0 id 0 rest",
        "04 18 0e10                 | 18 flags 0 code 0 duration 3600 topic 0 id 0 rest",
        "04 1a 50 61                | 1a flags 50 code 0 duration -1 topic 0 id 0 rest a",
        "03 1b 00                   | 1b flags 0 code 0 duration -1 topic 0 id 0 rest",
        "03 1c 78                   | 1c flags 0 code 0 duration -1 topic 0 id 0 rest x",
        "03 1d 03                   | 1d flags 0 code 3 duration -1 topic 0 id 0 rest",
        "01 0006 09 68 69           | 9 flags 0 code 0 duration -1 topic 0 id 0 rest hi"})
    void everyTypeIsReadAndWrittenBack(String hex, String fields) throws Exception {
        assertEquals(fields, read(hex).trim());
        String bytes = hex.replace(" ", "");
        // A short message in the long form becomes short.
        String expected = bytes.startsWith("01") ? "0409" + bytes.substring(8) : bytes;
        assertEquals(expected, HexFormat.of().formatHex(Message.decode(HexFormat.of().parseHex(bytes)).encode()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''           | it is cut off",
        "02           | it is cut off",
        "01 00 04     | it is cut off",
        "03 05        | its length is 2 and not 3",
        "02 05 00     | its length is 3 and not 2",
        "01 0005 05 00 00 | its length is 6 and not 5",
        "00 05        | its length is 2 and not 0",
        "02 03        | there is no type 3",
        "02 11        | there is no type 17",
        "02 1e        | there is no type 30",
        "05 fe 00 00 00 | there is no type 254",
        "02 05        | type 5 is cut off",
        "04 04 04 01  | type 4 is cut off",
        "06 0c 00 0001 00 | type 12 is cut off",
        "03 18 0e     | type 24 is cut off",
        "05 0e 0102 00 | type 14 is too long",
        "03 17 00     | type 23 is too long"})
    void whatIsNoMessageIsRefusedInWords(String hex, String reason) {
        assertEquals(reason, assertThrows(MalformedMessageException.class, () -> read(hex)).getMessage());
    }

    @Test
    void theLengthHasThreeOctetsWhereOneIsTooLittle() throws Exception {
        byte[] longest = new Message(MessageType.WILLMSG).rest(new byte[253]).encode();
        assertEquals("ff09", HexFormat.of().formatHex(longest, 0, 2));
        assertEquals(255, longest.length);
        byte[] longer = new Message(MessageType.WILLMSG).rest(new byte[254]).encode();
        assertEquals("01010209", HexFormat.of().formatHex(longer, 0, 4));
        assertEquals(254, Message.decode(longer).rest.length);
    }
}
