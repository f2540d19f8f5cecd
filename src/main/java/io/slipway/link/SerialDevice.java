package io.slipway.link;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.TreeSet;

/**
 * The device file of a serial port, looked up anew for each opening, because USB gives a device that was pulled out and
 * plugged in again another name. Reads sysfs, which every user may, and loads nothing of the serial port library.
 *
 * <pre>
 *   /sys/class/tty/ttyUSB0/device  ->  …/1-1.2/1-1.2:1.0/ttyUSB0
 *                                      …/1-1.2/1-1.2:1.0/bInterfaceNumber
 *                                      …/1-1.2/idVendor, idProduct, serial
 * </pre>
 *
 * <p>The link's thread only.
 */
final class SerialDevice {
    private static final String USB = "usb:";
    private static final int IDS_LENGTH = 9;

    private final String target;
    private final File root;

    /** @param target a path, or {@code usb:VENDOR:PRODUCT[:SERIAL]} */
    SerialDevice(String target) {
        this(target, new File(System.getProperty("slipway.root", "/")));
    }

    /** @param root the directory that has {@code sys} and {@code dev} in it */
    SerialDevice(String target, File root) {
        this.target = target;
        this.root = root;
    }

    /** Whether there is one now. */
    boolean isThere() {
        try {
            String path = path();
            return path != null && new File(path).exists();
        } catch (IOException ambiguous) {
            return false;
        }
    }

    /**
     * Where it is now.
     *
     * @return {@code null} where no such USB device is plugged in; a path is returned as it is, there or not
     * @throws IOException if several devices fit, with their serial numbers
     */
    String path() throws IOException {
        if (!target.startsWith(USB)) {
            return target;
        }
        String ids = target.substring(USB.length(), USB.length() + IDS_LENGTH);
        String serial = target.length() > USB.length() + IDS_LENGTH
            ? target.substring(USB.length() + IDS_LENGTH + 1) : null;
        String[] names = new File(root, "sys/class/tty").list();
        TreeSet<String> serials = new TreeSet<>();
        UsbPort lowest = null;
        for (int i = 0; names != null && i < names.length; i++) {
            UsbPort port = isConsole(names[i]) ? null : UsbPort.of(root, names[i]);
            if (port != null && port.ids.equals(ids) && (serial == null || port.serial.equals(serial))) {
                serials.add(port.serial + port.place);
                if (lowest == null || port.interfaceNumber.compareTo(lowest.interfaceNumber) < 0) {
                    lowest = port;
                }
            }
        }
        if (serials.size() > 1) {
            throw new IOException("several such devices are plugged in; name one by its serial number, "
                + "or by its path under /dev/serial");
        }
        return lowest == null ? null : new File(root, "dev/" + lowest.name).getPath();
    }

    /** tty, tty0 … tty63: there are many of them, and none is a serial port. */
    private static boolean isConsole(String name) {
        return name.length() < 4 || name.charAt(3) >= '0' && name.charAt(3) <= '9';
    }

    /** What sysfs says of a serial port on USB. */
    private static final class UsbPort {
        private final String name;
        /** {@code 10c4:ea60}. */
        private final String ids;
        /** Empty where the device has none. */
        private final String serial;
        /** The directory of the USB device: two of them may have the same serial number. */
        private final String place;
        /** Two digits; of a device with several ports, the lowest is the one that is meant. */
        private final String interfaceNumber;

        private UsbPort(String name, Path usbDevice, String interfaceNumber) throws IOException {
            this.name = name;
            this.ids = read(usbDevice.resolve("idVendor")) + ":" + read(usbDevice.resolve("idProduct"));
            Path serialFile = usbDevice.resolve("serial");
            this.serial = Files.exists(serialFile) ? read(serialFile) : "";
            this.place = usbDevice.toString();
            this.interfaceNumber = interfaceNumber;
        }

        /** {@code null} where it is no port on USB, or has just been pulled out. */
        static UsbPort of(File root, String name) {
            try {
                Path at = Paths.get(root.getPath(), "sys/class/tty", name, "device").toRealPath();
                Path top = Paths.get(root.getPath(), "sys").toRealPath();
                String interfaceNumber = "";
                while (at.startsWith(top)) {
                    if (Files.exists(at.resolve("bInterfaceNumber"))) {
                        interfaceNumber = read(at.resolve("bInterfaceNumber"));
                    }
                    if (Files.exists(at.resolve("idVendor"))) {
                        return new UsbPort(name, at, interfaceNumber);
                    }
                    at = at.getParent();
                }
            } catch (IOException gone) {
                // As if it had never been there.
            }
            return null;
        }

        private static String read(Path file) throws IOException {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).trim();
        }
    }
}
