package io.slipway.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slipway.health.Counter;
import io.slipway.sync.StreamKey;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.tinylog.Logger;

/**
 * One TCP connection to another gateway, from the introduction on. What it reads comes from its event loop; sending is
 * for any thread.
 */
final class TcpWay extends SimpleChannelInboundHandler<ByteBuf> implements Way {
    /** For TLS and the introduction: a small machine needs seconds for a handshake. */
    private static final long PATIENCE_S = 30;
    private static final long BEAT_MS = 1000;

    private final TcpPeers peers;
    /** Whom we connected to; {@code null} where somebody connected to us. */
    private final TcpPeer dialled;
    private final Introduction.Name self;
    private volatile ChannelHandlerContext context;
    private Introduction.Name other;
    private byte[] certificate = new byte[32];
    private volatile boolean open;
    private boolean ready;

    TcpWay(TcpPeers peers, TcpPeer dialled) {
        this.peers = peers;
        this.dialled = dialled;
        this.self = new Introduction.Name(peers.cluster(), peers.id(), peers.number());
    }

    @Override
    public void channelActive(final ChannelHandlerContext active) {
        context = active;
        active.executor().schedule(new Runnable() {
            @Override
            public void run() {
                if (!open) {
                    active.close();
                }
            }
        }, PATIENCE_S, TimeUnit.SECONDS);
        if (active.pipeline().get(SslHandler.class) == null) {
            introduce();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext active, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent)) {
            return;
        }
        Throwable failure = ((SslHandshakeCompletionEvent) event).cause();
        try {
            if (failure == null) {
                certificate = TcpTls.fingerprint(active.pipeline().get(SslHandler.class).engine().getSession(),
                    dialled == null);
                introduce();
            } else {
                refuse("TLS: " + failure.getMessage());
            }
        } catch (SSLPeerUnverifiedException without) {
            refuse("it shows no certificate");
        }
    }

    private void introduce() {
        ready = true;
        write(self.toBytes());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext active, ByteBuf in) {
        byte[] frame = new byte[in.readableBytes()];
        in.readBytes(frame);
        if (open) {
            peers.engine().received(this, frame);
        } else if (ready && other == null) {
            named(Introduction.Name.parse(frame));
        } else if (ready) {
            proved(frame);
        }
    }

    private void named(Introduction.Name name) {
        if (name == null || name.id.length() > StreamKey.MAX_ORIGIN) {
            refuse("it does not speak as a gateway does");
        } else if (!name.cluster.equals(self.cluster)) {
            refuse("it is of cluster '" + name.cluster + "'");
        } else if (dialled != null && !dialled.id().equals(name.id)) {
            refuse("it is '" + name.id + "'");
        } else if (dialled != null && !dialled.accepts(certificate)) {
            refuse("its certificate has another fingerprint");
        } else {
            other = name;
            if (dialled != null) {
                byte[] password = peers.password(name.id);
                if (password == null) {
                    refuse("there is no password for '" + name.id + "'");
                } else {
                    write(Introduction.proof(password, true, self, name, certificate));
                }
            }
        }
    }

    private void proved(byte[] frame) {
        byte[] password = peers.password(other.id);
        boolean ours = dialled != null;
        if (password == null || !Introduction.isSame(frame, Introduction.proof(password, !ours, ours ? self : other,
                ours ? other : self, certificate))) {
            refuse("its password is another one");
            return;
        }
        if (!ours) {
            write(Introduction.proof(password, false, other, self, certificate));
        }
        open = true;
        peers.engine().opened(other.id, this);
    }

    /** Once, on its event loop. */
    private void refuse(String why) {
        peers.health().count(Counter.SYNC_PEERS_REFUSED);
        peers.health().error("replication: no connection " + (dialled == null ? "from another gateway: "
            : "to '" + dialled.id() + "': ") + why);
        context.close();
    }

    private void write(byte[] frame) {
        context.writeAndFlush(Unpooled.wrappedBuffer(frame), context.voidPromise());
    }

    @Override
    public boolean send(byte[] frame) {
        if (!open || !context.channel().isWritable()) {
            return false;
        }
        write(frame);
        return true;
    }

    @Override
    public void close() {
        ChannelHandlerContext now = context;
        if (now != null) {
            now.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        open = false;
        peers.engine().ended(this);
        peers.closed(this);
        if (dialled != null) {
            dialled.ended(other != null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        Logger.debug("Replication: a connection failed: {}", cause.toString());
        active.close();
    }

    @Override
    public String address() {
        ChannelHandlerContext now = context;
        return now == null ? "" : String.valueOf(now.channel().remoteAddress());
    }

    @Override
    public boolean isOurs() {
        return dialled != null;
    }

    @Override
    public boolean isProof() {
        return true;
    }

    @Override
    public long beatMs() {
        return BEAT_MS;
    }
}
