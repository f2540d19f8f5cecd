package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pipe between two real sockets. */
class PipeTest {
    private final NioEventLoopGroup loop = new NioEventLoopGroup(1);
    private final Health health = new Health();
    private ServerSocket right;
    private Socket member;
    private Socket broker;

    @BeforeEach
    void listen() throws Exception {
        right = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws Exception {
        member.close();
        broker.close();
        right.close();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void join(long idleNs) throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        Channel server = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    accepted.complete(channel);
                }
            }).bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        member = new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort());
        member.setSoTimeout(60_000);
        Channel one = accepted.get(60, TimeUnit.SECONDS);
        Channel two = new Bootstrap().group(loop).channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false).handler(new ChannelInboundHandlerAdapter())
            .connect(right.getLocalSocketAddress()).sync().channel();
        broker = right.accept();
        broker.setSoTimeout(60_000);
        loop.submit(() -> Pipe.join(one, Counter.TUNNEL_BYTES_UP, two, Counter.TUNNEL_BYTES_DOWN, health, idleNs))
            .sync();
    }

    @Test
    void bytesGoBothWaysAndAreCounted() throws Exception {
        join(0);
        member.getOutputStream().write(new byte[] {1, 2, 3});
        assertEquals(3, broker.getInputStream().readNBytes(3).length);
        broker.getOutputStream().write(new byte[] {4, 5});
        assertEquals(2, member.getInputStream().readNBytes(2).length);
        assertEquals(3, health.value(Counter.TUNNEL_BYTES_UP));
        assertEquals(2, health.value(Counter.TUNNEL_BYTES_DOWN));
    }

    @Test
    void whatOneEndSaidLastStillArrivesWhenItCloses() throws Exception {
        join(0);
        byte[] much = new byte[300_000];
        member.getOutputStream().write(much);
        member.close();
        assertEquals(much.length, broker.getInputStream().readAllBytes().length);
    }

    @Test
    void whereNobodySaysAnythingItEnds() throws Exception {
        join(500_000_000L);
        assertEquals(-1, member.getInputStream().read());
        assertEquals(-1, broker.getInputStream().read());
    }
}
