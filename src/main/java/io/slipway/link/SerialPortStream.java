package io.slipway.link;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import com.fazecast.jSerialComm.SerialPortThreadFactory;
import io.slipway.config.LinkConfig;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import org.tinylog.Logger;

/**
 * A serial port or pty: 8 data bits, no parity, 1 stop bit. The only class that touches jSerialComm, so that its
 * native library is loaded only where a serial link is configured. Loading the one in jSerialComm's jar makes the whole
 * process ignore SIGHUP, SIGUSR1, SIGUSR2, SIGCONT, SIGIO, SIGTTIN and SIGTTOU (its JNI_OnLoad): who wants to handle
 * one of them must ask for it afterwards. The one of src/main/native leaves signals alone.
 */
final class SerialPortStream implements Port {
    // Error numbers of Linux, the same on all its architectures.
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int ENXIO = 6;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EBUSY = 16;
    private static final int ENODEV = 19;
    private static final int ENOTTY = 25;

    // jSerialComm has a shutdown hook made by its factory, which closes every port beside our own orderly stop, in the
    // middle of what is read and written. We ask it for no other thread, so those that it gets do nothing; where nobody
    // closes a port, the kernel does.
    static {
        // jSerialComm looks in the jar for the processors that it was built for, unless it is told another name.
        String processor = System.getProperty("os.arch", "");
        if (processor.startsWith("mips") && System.getProperty("os.arch_full") == null) {
            System.setProperty("os.arch_full", processor);
        }
        SerialPortThreadFactory.set(new ThreadFactory() {
            @Override
            public Thread newThread(Runnable shutdownHook) {
                return new Thread("jSerialComm");
            }
        });
    }

    private final LinkConfig config;
    private final SerialDevice where;
    private volatile SerialPort port;

    SerialPortStream(LinkConfig config) {
        this.config = config;
        this.where = new SerialDevice(config.target);
    }

    @Override
    public void open() throws IOException {
        String path = where.path();
        if (path == null) {
            throw new IOException(reason(ENODEV));
        }
        File device = new File(path);
        if (!device.exists()) {
            throw new IOException(reason(ENODEV));
        }
        if (device.isDirectory()) {
            throw new IOException(reason(ENOTTY));
        }
        if (!device.canRead() || !device.canWrite()) {
            throw new IOException(reason(EACCES));
        }
        SerialPort opening = find(path);
        opening.setComPortParameters(config.baud, 8, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
        opening.setFlowControl(config.rtsCts
            ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED
            : SerialPort.FLOW_CONTROL_DISABLED);
        awaitBytesFor(opening);
        // Before opening: on boards with auto-reset wiring a line that is raised for a moment resets the mote.
        if (!config.dtr) {
            opening.clearDTR();
        }
        if (!config.rts) {
            opening.clearRTS();
        }
        if (!opening.openPort()) {
            throw new IOException(reason(opening.getLastErrorCode()));
        }
        port = opening;
        if (config.isUsb()) {
            Logger.info("{} is {}", config.target, path);
        }
    }

    /** A new object for each opening: jSerialComm follows a symbolic link only once, and a re-plug changes it. */
    private static SerialPort find(String path) throws IOException {
        try {
            return SerialPort.getCommPort(path);
        } catch (SerialPortInvalidPortException absent) {
            throw new IOException(reason(ENODEV), absent);
        } catch (LinkageError missing) {
            throw new IOException("jSerialComm's native library cannot be loaded: " + missing, missing);
        }
    }

    /** Never non-blocking: jSerialComm's write would then spin while the device's buffer is full. */
    private static void awaitBytesFor(SerialPort port) {
        port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_TIMEOUT_MS, 0);
    }

    private static String reason(int error) {
        switch (error) {
            case ENXIO:
            case ENODEV:
                return "no such device";
            case ENOENT:
                // jSerialComm's own number for a port that this process has open; the file was there a moment ago.
                return "already open, or just unplugged";
            case EPERM:
            case EACCES:
                return "no permission; the user must be in the group of the device, often dialout";
            case EAGAIN:
            case EBUSY:
                return "in use by another program";
            case EIO:
                return "the device does not work (I/O error)";
            case ENOTTY:
                return "not a serial port";
            default:
                return "cannot be opened (error " + error + ")";
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        long before = System.nanoTime();
        int count = port.readBytes(buffer, buffer.length);
        if (count < 0) {
            throw new IOException("unplugged");
        }
        if (count == 0 && System.nanoTime() - before < READ_TIMEOUT_MS * 1_000_000L / 5) {
            settle();
        }
        return count;
    }

    /** Another program (stty) took the read timeout away; without it this thread would spin. */
    private void settle() {
        pause(READ_TIMEOUT_MS / 5);
        awaitBytesFor(port);
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException ignored) {
            // Nobody has a reason to interrupt the reader, and a flag that stays set would make it spin.
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (port.writeBytes(bytes, bytes.length) != bytes.length) {
            throw new IOException("unplugged");
        }
    }

    @Override
    public boolean reset() {
        boolean done = !config.resetDtr || level(true, !config.dtr);
        done &= !config.resetRts || level(false, !config.rts);
        pause(config.resetMs);
        // Back in any case: a mote that is held in reset for ever is worse than one that was not reset.
        done &= !config.resetDtr || level(true, config.dtr);
        done &= !config.resetRts || level(false, config.rts);
        return done;
    }

    private boolean level(boolean isDtr, boolean on) {
        if (isDtr) {
            return on ? port.setDTR() : port.clearDTR();
        }
        return on ? port.setRTS() : port.clearRTS();
    }

    /**
     * Throws away what the device did not take and sets the terminal's options again, which wakes a writer that
     * waits for room, and it finds some. Closing would wake it too, but then it would try again on a file
     * descriptor that may meanwhile belong to another file of this process.
     */
    @Override
    public void cancel() {
        SerialPort stuck = port;
        if (stuck != null) {
            stuck.flushIOBuffers();
            awaitBytesFor(stuck);
        }
    }

    @Override
    public void close() {
        SerialPort open = port;
        if (open != null) {
            open.closePort();
        }
    }
}
