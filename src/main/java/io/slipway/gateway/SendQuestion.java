package io.slipway.gateway;

import java.nio.charset.StandardCharsets;

/**
 * {@code send TOPIC PAYLOAD}: gives a command. TOPIC, behind the gateway's root, and PAYLOAD are hexadecimal digits; no
 * digits are an empty payload. The answer is {@code +}, or {@code -} where the topic is none of commands.
 */
final class SendQuestion implements Question {
    private static final byte[] GIVEN = {'+'};
    private static final byte[] REFUSED = {'-'};

    private final AskedCommands commands;

    SendQuestion(AskedCommands commands) {
        this.commands = commands;
    }

    @Override
    public byte[] answer(String arguments) {
        int space = arguments.indexOf(' ');
        String topic = space < 0 ? arguments : arguments.substring(0, space);
        byte[] payload = bytes(space < 0 ? "" : arguments.substring(space + 1));
        return commands.give(new String(bytes(topic), StandardCharsets.UTF_8), payload) ? GIVEN : REFUSED;
    }

    /** @throws NumberFormatException for anything but pairs of hexadecimal digits */
    static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < hex.length(); i++) {
            int digit = Character.digit(hex.charAt(i), 16);
            if (digit < 0 || hex.length() % 2 != 0) {
                throw new NumberFormatException();
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | digit);
        }
        return bytes;
    }
}
