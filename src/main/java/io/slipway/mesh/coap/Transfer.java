package io.slipway.mesh.coap;

import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.Arrays;

/**
 * One request to a node on its way: its body goes up to the node in blocks where it is long, the answer's comes back in
 * blocks (RFC 7959). Knows which message is next; {@link CoapClient} sends it. One thread.
 */
final class Transfer {
    final Eui64 node;
    final CoapRequest request;
    final ResponseListener listener;
    /** Whether the node's address may be put together from its name. */
    final boolean assumed;
    /** Set when its turn comes. */
    Route route;
    /** Whether a message of it has been on the line. */
    boolean wasSent;

    private final Body body = new Body();
    /** The value of the Observe option; -1 for none. */
    private int observe = -1;
    /** The token of the first message; {@code null} for any. */
    private Integer firstToken;
    /** The size of our blocks. */
    private int szx;
    /** Bytes of the request's payload that the node has. */
    private int uploaded;
    private boolean downloading;
    /** The first message of the answer. */
    private CoapMessage answer;
    private byte[] etag;

    Transfer(Eui64 node, CoapRequest request, boolean assumed, int blockBytes, ResponseListener listener) {
        this.node = node;
        this.request = request;
        this.assumed = assumed;
        this.szx = Block.szx(blockBytes);
        this.listener = listener;
    }

    /** Registers for notifications (0) or takes that back (1), under a token that stays (RFC 7641 section 2). */
    Transfer observing(int option, int token) {
        observe = option;
        firstToken = token;
        return this;
    }

    /**
     * Takes the first block of the answer from a notification; the rest is asked for.
     *
     * @return false where it is none
     */
    boolean begunBy(CoapMessage notification, int bodyLimit) {
        try {
            return goesOn(notification, bodyLimit);
        } catch (BrokenTransferException broken) {
            return false;
        }
    }

    /** The token that the next message must have; {@code null} for any. */
    Integer token() {
        return downloading || uploaded > 0 ? null : firstToken;
    }

    /** The next message. */
    CoapMessage next(int id, int token) {
        Options options = request.options.withoutBlocks();
        byte[] payload = CoapMessage.NOTHING;
        int size = 16 << szx;
        if (downloading) {
            Block got = Block.of(answer.options, Options.BLOCK2);
            options.add(Options.BLOCK2, new Block(body.length() / got.size(), false, got.szx).bits());
        } else if (request.payload.length > size) {
            int to = Math.min(request.payload.length, uploaded + size);
            boolean more = to < request.payload.length;
            options.add(Options.BLOCK1, new Block(uploaded / size, more, szx).bits());
            if (uploaded == 0) {
                options.add(Options.SIZE1, request.payload.length);
            }
            payload = Arrays.copyOfRange(request.payload, uploaded, to);
        } else {
            payload = request.payload;
        }
        if (observe >= 0 && !downloading) {
            options.add(Options.OBSERVE, observe);
        }
        return new CoapMessage(CoapMessage.CON, request.method, id, Identifiers.bytes(token), options, payload);
    }

    /**
     * Takes the answer to the last message, whose options are sifted.
     *
     * @return whether there is a next message; else {@link #response} has the whole
     * @throws BrokenTransferException if it makes no whole
     */
    boolean goesOn(CoapMessage message, int bodyLimit) throws BrokenTransferException {
        Block block1 = Block.of(message.options, Options.BLOCK1);
        if (!downloading && block1 != null && uploads(message, block1)) {
            return true;
        }
        Block block2 = Block.of(message.options, Options.BLOCK2);
        if (downloading && (block2 == null || !Code.isSuccess(message.code))) {
            throw new BrokenTransferException("the answer broke off with " + Code.text(message.code));
        }
        if (answer == null) {
            answer = message;
            etag = message.options.first(Options.ETAG);
        }
        if (block2 == null) {
            body.append(message.payload);
            return false;
        }
        return downloads(message, block2, bodyLimit);
    }

    /** Whether the node wants more of our payload, or the same in smaller blocks (RFC 7959 section 2.5). */
    private boolean uploads(CoapMessage message, Block block) throws BrokenTransferException {
        int size = 16 << szx;
        if (message.code == Code.CONTINUE) {
            uploaded += size;
            if (uploaded >= request.payload.length) {
                throw new BrokenTransferException("the node wants more than there is");
            }
        } else if (message.code != Code.REQUEST_ENTITY_TOO_LARGE || uploaded > 0 || block.szx >= szx) {
            return false;
        }
        szx = Math.min(szx, block.szx);
        return true;
    }

    private boolean downloads(CoapMessage message, Block block, int bodyLimit) throws BrokenTransferException {
        if (block.isReserved() || block.offset() != body.length()
            || block.more && message.payload.length != block.size()) {
            throw new BrokenTransferException("the answer's blocks do not fit together");
        }
        if (!Arrays.equals(etag, message.options.first(Options.ETAG))) {
            throw new BrokenTransferException("the resource changed while it was read");
        }
        if (body.length() + message.payload.length > bodyLimit) {
            throw new BrokenTransferException("the answer is longer than " + bodyLimit + " bytes");
        }
        body.append(message.payload);
        downloading = block.more;
        return downloading;
    }

    /** The answer, whole. */
    CoapResponse response() {
        return new CoapResponse(answer, body.toBytes());
    }
}
