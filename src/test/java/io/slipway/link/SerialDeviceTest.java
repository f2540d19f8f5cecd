package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.UsbTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerialDeviceTest {
    @TempDir
    Path root;
    private UsbTree usb;

    @BeforeEach
    void plantTree() throws IOException {
        usb = new UsbTree(root);
        usb.console("tty0");
        usb.onBoard("ttyS0");
    }

    private String path(String target) throws IOException {
        String path = new SerialDevice(target, root.toFile()).path();
        return path == null ? null : path.substring(root.toString().length());
    }

    @Test
    void aPathIsTakenAsItIsWhetherThereOrNot() throws IOException {
        assertEquals("/dev/ttyUSB7", new SerialDevice("/dev/ttyUSB7", root.toFile()).path());
        assertFalse(new SerialDevice("/dev/none/such", root.toFile()).isThere());
        assertTrue(new SerialDevice("/dev/null", root.toFile()).isThere());
    }

    @Test
    void aDeviceIsFoundByItsIdsUnderWhateverName() throws IOException {
        assertNull(path("usb:10c4:ea60"));
        usb.plug("ttyUSB0", "1-1", "0403", "6001", "A1", "00");
        usb.plug("ttyUSB1", "1-2", "10c4", "ea60", "0001", "00");
        assertEquals("/dev/ttyUSB1", path("usb:10c4:ea60"));
        assertEquals("/dev/ttyUSB1", path("usb:10c4:ea60:0001"));
        assertNull(path("usb:10c4:ea60:0002"));
        usb.unplug("ttyUSB1", "1-2");
        assertNull(path("usb:10c4:ea60"));
        usb.plug("ttyUSB5", "2-1.4", "10c4", "ea60", "0001", "00");
        assertEquals("/dev/ttyUSB5", path("usb:10c4:ea60:0001"));
    }

    @Test
    void twinsNeedTheirSerialNumber() throws IOException {
        usb.plug("ttyUSB0", "1-1", "10c4", "ea60", "0001", "00");
        usb.plug("ttyUSB1", "1-2", "10c4", "ea60", "0002", "00");
        IOException refused = assertThrows(IOException.class, () -> path("usb:10c4:ea60"));
        assertTrue(refused.getMessage().contains("several such devices"), refused.getMessage());
        assertFalse(new SerialDevice("usb:10c4:ea60", root.toFile()).isThere());
        assertEquals("/dev/ttyUSB1", path("usb:10c4:ea60:0002"));
    }

    @Test
    void twinsWithOneSerialNumberCannotBeToldApart() throws IOException {
        usb.plug("ttyUSB0", "1-1", "10c4", "ea60", "0001", "00");
        usb.plug("ttyUSB1", "1-2", "10c4", "ea60", "0001", "00");
        assertThrows(IOException.class, () -> path("usb:10c4:ea60:0001"));
    }

    @Test
    void ofADeviceWithSeveralPortsTheFirstIsMeant() throws IOException {
        usb.plug("ttyACM1", "1-3", "0451", "bef3", "L1", "03");
        usb.plug("ttyACM0", "1-3", "0451", "bef3", "L1", "00");
        assertEquals("/dev/ttyACM0", path("usb:0451:bef3"));
    }

    @Test
    void aDeviceWithoutASerialNumberIsFoundByTheIdsAlone() throws IOException {
        usb.plug("ttyUSB0", "1-1", "1a86", "7523", null, "00");
        assertEquals("/dev/ttyUSB0", path("usb:1a86:7523"));
        assertNull(path("usb:1a86:7523:1"));
    }

    @Test
    void aSystemWithoutSysfsHasNone() throws IOException {
        assertNull(new SerialDevice("usb:10c4:ea60", root.resolve("nowhere").toFile()).path());
    }

    @Test
    void aDeviceThatVanishesWhileItIsLookedAtIsNone() throws IOException {
        usb.plug("ttyUSB0", "1-1", "10c4", "ea60", "0001", "00");
        Files.delete(root.resolve("sys/devices/usb/1-1/idProduct"));
        assertNull(path("usb:10c4:ea60"));
    }
}
