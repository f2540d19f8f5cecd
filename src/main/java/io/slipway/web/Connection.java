package io.slipway.web;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's connection: one request at a time, each within its time. The network thread but for {@link Answering}.
 */
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** For a request to come whole, from the first moment or from the last answer on. */
    private static final int REQUEST_S = 15;
    /** For an answer to be found and taken. */
    private static final int ANSWER_S = 60;

    private final WebServer server;
    private Future<?> deadline;
    private boolean answering;
    private boolean keepAlive;
    private LiveClient follower;

    Connection(WebServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!server.admit(ctx.channel())) {
            ctx.close();
            return;
        }
        closeIn(ctx, REQUEST_S);
    }

    private void closeIn(final ChannelHandlerContext ctx, int seconds) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = ctx.executor().schedule(new Runnable() {
            @Override
            public void run() {
                ctx.close();
            }
        }, seconds, TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (answering || follower != null) {
            // No browser sends a request before the last one was answered; who does must do with one answer.
            keepAlive = false;
            return;
        }
        answering = true;
        keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        closeIn(ctx, ANSWER_S);
        InetAddress from = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
        Answering reply = new Answering(ctx, request.headers().get(HttpHeaderNames.IF_NONE_MATCH));
        Answer objection = server.gate().objection(request, from.getHostAddress());
        if (objection != null) {
            reply.send(objection);
            return;
        }
        Request asked;
        try {
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            asked = new Request(request.method().name(), target.rawPath(), target.parameters(),
                ByteBufUtil.getBytes(request.content()), server.certified(ctx.channel()),
                request.headers().get(HttpHeaderNames.IF_MATCH));
        } catch (IllegalArgumentException malformed) {
            reply.send(Answer.badRequest("the query is malformed"));
            return;
        }
        server.door().enter(asked, request.headers().get(HttpHeaderNames.AUTHORIZATION), from, reply);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (follower != null) {
            follower.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (follower != null) {
            server.live().leave(follower);
        }
    }

    /** What a client did to its connection is its own business: no word in the log. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void send(final ChannelHandlerContext ctx, Answer answer, String ifNoneMatch) {
        boolean unchanged = answer.etag != null && ifNoneMatch != null
            && (ifNoneMatch.equals("*") || ifNoneMatch.indexOf(answer.etag) >= 0);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(unchanged ? 304 : answer.status),
            unchanged ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body));
        HttpHeaders headers = response.headers();
        if (!unchanged) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, answer.type);
            headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body.length);
        }
        if (answer.etag == null) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        } else {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
            headers.set(HttpHeaderNames.ETAG, answer.etag);
        }
        if (answer.headerName != null) {
            headers.set(answer.headerName, answer.headerValue);
        }
        guard(headers);
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, "close");
        }
        ctx.writeAndFlush(response).addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture sent) {
                answering = false;
                if (keepAlive && sent.isSuccess()) {
                    closeIn(ctx, REQUEST_S);
                } else {
                    ctx.close();
                }
            }
        });
    }

    /** What a browser may do with it: nothing that our page does not need. */
    private static void guard(HttpHeaders headers) {
        headers.set("x-content-type-options", "nosniff");
        headers.set("referrer-policy", "no-referrer");
        headers.set("x-frame-options", "DENY");
        headers.set("content-security-policy", "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    private void follow(ChannelHandlerContext ctx, LiveFilter filter) {
        LiveClient client = new LiveClient(ctx, filter);
        if (!server.live().join(client)) {
            send(ctx, Answer.unavailable("as many clients follow as live_clients says", 30), null);
            return;
        }
        deadline.cancel(false);
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        guard(response.headers());
        HttpUtil.setTransferEncodingChunked(response, true);
        follower = client;
        ctx.writeAndFlush(response);
        client.begin();
    }

    /** The way back of one request. */
    private final class Answering implements Reply {
        private final ChannelHandlerContext ctx;
        private final String ifNoneMatch;
        private final AtomicBoolean answered = new AtomicBoolean();

        private Answering(ChannelHandlerContext ctx, String ifNoneMatch) {
            this.ctx = ctx;
            this.ifNoneMatch = ifNoneMatch;
        }

        @Override
        public void send(final Answer answer) {
            if (answered.compareAndSet(false, true)) {
                ctx.executor().execute(new Runnable() {
                    @Override
                    public void run() {
                        Connection.this.send(ctx, answer, ifNoneMatch);
                    }
                });
            }
        }

        @Override
        public void sendAfter(int ms, final Answer answer) {
            ctx.executor().schedule(new Runnable() {
                @Override
                public void run() {
                    send(answer);
                }
            }, ms, TimeUnit.MILLISECONDS);
        }

        @Override
        public void follow(final LiveFilter filter) {
            if (answered.compareAndSet(false, true)) {
                ctx.executor().execute(new Runnable() {
                    @Override
                    public void run() {
                        Connection.this.follow(ctx, filter);
                    }
                });
            }
        }
    }
}
