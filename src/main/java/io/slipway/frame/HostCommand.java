package io.slipway.frame;

/** The frames that a host sends to a border router, before SLIP. */
public final class HostCommand {
    private HostCommand() {
    }

    /**
     * {@code !P} and the prefix: the answer to {@link QueryFrame#isPrefixQuery()}. The mote takes the /64, starts its
     * DAG and switches its radio on. Only as an answer: sent again, it makes the mote begin anew.
     *
     * @param prefix the first eight bytes of the mesh's addresses
     */
    public static byte[] prefix(long prefix) {
        byte[] frame = new byte[10];
        frame[0] = CommandFrame.MARK;
        frame[1] = 'P';
        for (int i = 0; i < 8; i++) {
            frame[2 + i] = (byte) (prefix >>> 56 - 8 * i);
        }
        return frame;
    }

    /** {@code ?M}: asks for the mote's EUI-64. The answer is a {@link CommandFrame#borderRouterMac()}. */
    public static byte[] macQuery() {
        return new byte[] {QueryFrame.MARK, 'M'};
    }
}
