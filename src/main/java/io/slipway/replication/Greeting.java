package io.slipway.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slipway.health.Counter;
import io.slipway.sync.StreamKey;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.tinylog.Logger;

/**
 * The beginning of one TCP connection to another gateway: each end finds out who the other is, by an
 * {@link Introduction}. Then what the connection is for takes its place. Its event loop only.
 */
final class Greeting extends SimpleChannelInboundHandler<ByteBuf> {
    /** For TLS and the introduction: a small machine needs seconds for a handshake. */
    private static final long PATIENCE_S = 30;

    private final TcpPeers peers;
    /** {@code null} where somebody connected to us. */
    private final Caller caller;
    private final Introduction.Name self;
    private ChannelHandlerContext context;
    private Introduction.Name other;
    private byte[] certificate = new byte[32];
    private boolean ready;
    private boolean done;
    private String refusal;

    Greeting(TcpPeers peers, Caller caller) {
        this.peers = peers;
        this.caller = caller;
        this.self = new Introduction.Name(peers.cluster(), peers.id(), peers.number(),
            caller != null && caller.isTunnel());
    }

    @Override
    public void channelActive(final ChannelHandlerContext active) {
        context = active;
        active.executor().schedule(new Runnable() {
            @Override
            public void run() {
                if (!done) {
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
                    caller == null);
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
        if (ready && other == null) {
            named(Introduction.Name.parse(frame));
        } else if (ready) {
            proved(frame);
        }
    }

    private void named(Introduction.Name name) {
        if (name == null || caller != null && name.tunnel || name.id.length() > StreamKey.MAX_ORIGIN) {
            refuse("it does not speak as a gateway does");
        } else if (!name.cluster.equals(self.cluster)) {
            refuse("it is of cluster '" + name.cluster + "'");
        } else if (caller != null && !caller.id().equals(name.id)) {
            refuse("it is '" + name.id + "'");
        } else if (caller != null && !caller.accepts(certificate)) {
            refuse("its certificate has another fingerprint");
        } else if (hasAnothersCertificate(name.id)) {
            refuse("its certificate is not that of '" + name.id + "'");
        } else {
            other = name;
            if (caller != null) {
                byte[] password = peers.password(name.id);
                if (password == null) {
                    refuse("there is no password for '" + name.id + "'");
                } else {
                    write(Introduction.proof(password, true, self, name, certificate));
                }
            }
        }
    }

    private boolean hasAnothersCertificate(String member) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        return handler != null && peers.tls().isAnothers(handler, caller == null, member);
    }

    private void proved(byte[] frame) {
        byte[] password = peers.password(other.id);
        boolean ours = caller != null;
        if (password == null || !Introduction.isSame(frame, Introduction.proof(password, !ours, ours ? self : other,
                ours ? other : self, certificate))) {
            refuse("its password is another one");
            return;
        }
        if (!ours) {
            write(Introduction.proof(password, false, other, self, certificate));
        }
        done = true;
        ChannelHandler next = ours ? caller.introduced() : other.tunnel ? new TunnelExit(peers.exits(), other.id)
            : new TcpWay(peers, null, other.id);
        context.pipeline().replace(this, null, next);
    }

    /** Once, on its event loop. */
    private void refuse(String why) {
        if (refusal != null) {
            return;
        }
        refusal = why;
        peers.health().count(Counter.SYNC_PEERS_REFUSED);
        peers.health().error("replication: no connection " + (caller == null ? "from another gateway: "
            : "to '" + caller.id() + "': ") + why);
        context.close();
    }

    private void write(byte[] frame) {
        context.writeAndFlush(Unpooled.wrappedBuffer(frame), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        if (caller != null) {
            caller.ended(other != null, refusal);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        Logger.debug("Replication: a connection failed: {}", cause.toString());
        // Netty's decoder wraps what TLS says.
        Throwable tls = cause.getCause() instanceof SSLException ? cause.getCause() : cause;
        if (tls instanceof SSLException && ready) {
            // With TLS 1.3 the other end looks at our certificate when the handshake is over for us.
            refuse("TLS: " + tls.getMessage());
        }
        active.close();
    }
}
