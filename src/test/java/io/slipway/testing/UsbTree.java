package io.slipway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As much of sysfs as says which serial port is which USB device, laid out as Linux does it. */
public final class UsbTree {
    private final Path root;
    private final Path tty;

    /** Makes {@code sys} and {@code dev} in a directory. */
    public UsbTree(Path root) throws IOException {
        this.root = root;
        tty = Files.createDirectories(root.resolve("sys/class/tty"));
        Files.createDirectories(root.resolve("dev"));
    }

    /** A virtual console, which has no device. */
    public void console(String name) throws IOException {
        Files.createDirectories(root.resolve("sys/devices/virtual/tty/" + name));
        Files.createSymbolicLink(tty.resolve(name), Path.of("../../devices/virtual/tty/" + name));
    }

    /** A UART of the board. */
    public void onBoard(String name) throws IOException {
        Path port = Files.createDirectories(root.resolve("sys/devices/platform/uart/tty/" + name));
        Files.createSymbolicLink(port.resolve("device"), Path.of("../.."));
        Files.createSymbolicLink(tty.resolve(name), Path.of("../../devices/platform/uart/tty/" + name));
    }

    /** A USB device with a serial port; {@code serial} may be {@code null}. */
    public void plug(String name, String place, String vendor, String product, String serial, String interfaceNumber)
            throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/devices/usb/" + place));
        Files.writeString(device.resolve("idVendor"), vendor + "\n");
        Files.writeString(device.resolve("idProduct"), product + "\n");
        if (serial != null) {
            Files.writeString(device.resolve("serial"), serial + "\n");
        }
        Path usbInterface = Files.createDirectories(device.resolve(place + ":1." + interfaceNumber));
        Files.writeString(usbInterface.resolve("bInterfaceNumber"), interfaceNumber + "\n");
        Path port = Files.createDirectories(usbInterface.resolve(name + "/tty/" + name));
        Files.createSymbolicLink(port.resolve("device"), Path.of("../../../" + name));
        Files.createSymbolicLink(tty.resolve(name), tty.relativize(port));
    }

    /** It is gone, with its directories. */
    public void unplug(String name, String place) throws IOException {
        Files.delete(tty.resolve(name));
        Path gone = root.resolve("sys/gone");
        Files.move(root.resolve("sys/devices/usb/" + place), gone.resolveSibling("gone-" + name + System.nanoTime()));
    }
}
