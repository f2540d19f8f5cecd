package io.slipway.system;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A disk with a write cache that a power cut empties, for an emulator to use over NBD (newstyle handshake of the
 * protocol's doc/proto.md, one client). What was written since the last flush is held in memory. A line on standard
 * input cuts the power a few writes later, so that the cut falls among them. Some of what is held then, chosen by the
 * seed, gets to the file, in no order: that is what a real disk does.
 *
 * <p>Arguments: the port, the file, the seed. Ends with one line about what became of the cache.
 */
final class VolatileDisk {
    private static final int SECTOR = 512;
    /**
     * What gets to the medium as a whole or not at all: a block of the file system. Over half of a commit block in its
     * journal ext4 of older kernels refuses to mount; and the pages of flash are larger than this.
     */
    private static final int BLOCK = 1024;
    private static final long OPTION = 0x49484156454f5054L;
    private static final int EXPORT_NAME = 1;
    private static final int ABORT = 2;
    private static final int GO = 7;
    private static final long OPTION_REPLY = 0x3e889045565a9L;
    private static final int ACK = 1;
    private static final int INFO = 3;
    private static final int UNSUPPORTED = 0x8000_0001;
    private static final int REQUEST = 0x25609513;
    private static final int SIMPLE_REPLY = 0x67446698;
    /** Has flags, knows flush, knows forced unit access. */
    private static final int FLAGS = 1 | 1 << 2 | 1 << 3;
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int DISCONNECT = 2;
    private static final int FLUSH = 3;
    private static final int EINVAL = 22;
    private static final int MOST_WRITES = 12;

    private final RandomAccessFile file;
    private final Map<Long, byte[]> unflushed = new TreeMap<>();
    private final DataInputStream in;
    private final DataOutputStream out;
    private final AtomicBoolean doomed = new AtomicBoolean();
    private final Random random;
    private int writesLeft;
    private int flushes;

    private VolatileDisk(RandomAccessFile file, Socket client, Random random) throws IOException {
        this.file = file;
        this.random = random;
        this.writesLeft = 1 + random.nextInt(MOST_WRITES);
        this.in = new DataInputStream(client.getInputStream());
        this.out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), 1 << 16));
    }

    public static void main(String[] args) throws IOException {
        long seed = Long.parseLong(args[2]);
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1, InetAddress.getLoopbackAddress());
             RandomAccessFile file = new RandomAccessFile(args[1], "rw")) {
            System.out.println("listens");
            try (Socket client = server.accept()) {
                client.setTcpNoDelay(true);
                VolatileDisk disk = new VolatileDisk(file, client, new Random(seed));
                Thread plug = new Thread(disk::awaitWord);
                plug.setDaemon(true);
                plug.start();
                disk.serve();
                disk.cut(seed);
            }
        }
    }

    private void awaitWord() {
        try {
            System.in.read();
        } catch (IOException gone) {
            System.err.println(gone);
        }
        doomed.set(true);
    }

    private void serve() throws IOException {
        try {
            if (shakeHands()) {
                while (obey()) {
                    out.flush();
                }
            }
        } catch (EOFException | SocketException cut) {
            // The plug was pulled: the cache is what it is.
        }
    }

    private boolean shakeHands() throws IOException {
        out.writeLong(0x4e42444d41474943L);
        out.writeLong(OPTION);
        out.writeShort(1);
        out.flush();
        in.readInt();
        while (true) {
            if (in.readLong() != OPTION) {
                throw new IOException("no option");
            }
            int option = in.readInt();
            in.skipNBytes(in.readInt());
            if (option == EXPORT_NAME) {
                out.writeLong(file.length());
                out.writeShort(FLAGS);
                out.write(new byte[124]);
                out.flush();
                return true;
            } else if (option == GO) {
                reply(option, INFO, 12);
                out.writeShort(0);
                out.writeLong(file.length());
                out.writeShort(FLAGS);
                reply(option, ACK, 0);
                out.flush();
                return true;
            }
            reply(option, option == ABORT ? ACK : UNSUPPORTED, 0);
            out.flush();
            if (option == ABORT) {
                return false;
            }
        }
    }

    private void reply(int option, int type, int length) throws IOException {
        out.writeLong(OPTION_REPLY);
        out.writeInt(option);
        out.writeInt(type);
        out.writeInt(length);
    }

    /** One request; false when the client takes its leave or the power is gone. */
    private boolean obey() throws IOException {
        if (in.readInt() != REQUEST) {
            throw new IOException("no request");
        }
        int flags = in.readShort();
        int type = in.readShort();
        long handle = in.readLong();
        long offset = in.readLong();
        int length = in.readInt();
        if (type == DISCONNECT) {
            flush();
            return false;
        }
        byte[] data = new byte[type == READ || type == WRITE ? length : 0];
        if (type == READ) {
            read(offset, data);
        } else if (type == WRITE) {
            in.readFully(data);
            if (doomed.get() && --writesLeft < 0) {
                write(offset, data, false);
                return false;
            }
            write(offset, data, (flags & 1) != 0);
        } else if (type == FLUSH) {
            flush();
        }
        out.writeInt(SIMPLE_REPLY);
        out.writeInt(type > FLUSH ? EINVAL : 0);
        out.writeLong(handle);
        if (type == READ) {
            out.write(data);
        }
        return true;
    }

    private void read(long offset, byte[] data) throws IOException {
        file.seek(offset);
        file.readFully(data);
        for (int at = 0; at < data.length; at += SECTOR) {
            byte[] sector = unflushed.get(offset + at);
            if (sector != null) {
                System.arraycopy(sector, 0, data, at, SECTOR);
            }
        }
    }

    private void write(long offset, byte[] data, boolean through) throws IOException {
        if (offset % SECTOR != 0 || data.length % SECTOR != 0) {
            throw new IOException("a write of no whole sectors");
        }
        for (int at = 0; at < data.length; at += SECTOR) {
            unflushed.put(offset + at, Arrays.copyOfRange(data, at, at + SECTOR));
        }
        if (through) {
            file.seek(offset);
            file.write(data);
            for (int at = 0; at < data.length; at += SECTOR) {
                unflushed.remove(offset + at);
            }
        }
    }

    private void flush() throws IOException {
        flushes++;
        for (Map.Entry<Long, byte[]> sector : unflushed.entrySet()) {
            file.seek(sector.getKey());
            file.write(sector.getValue());
        }
        unflushed.clear();
    }

    /** None of the cache survives, or all of it, or any part. */
    private void cut(long seed) throws IOException {
        double share = new double[] {0, 0, 0.5, random.nextDouble(), 1}[random.nextInt(5)];
        int kept = 0;
        long block = -1;
        boolean survives = false;
        for (Map.Entry<Long, byte[]> sector : unflushed.entrySet()) {
            if (sector.getKey() / BLOCK != block) {
                block = sector.getKey() / BLOCK;
                survives = random.nextDouble() < share;
            }
            if (survives) {
                file.seek(sector.getKey());
                file.write(sector.getValue());
                kept++;
            }
        }
        System.out.println("seed " + seed + ": " + flushes + " flushes, then " + unflushed.size()
            + " sectors in the cache, of which " + kept + " got to the disk");
    }
}
