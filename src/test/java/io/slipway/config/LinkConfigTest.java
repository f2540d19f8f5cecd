package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkConfigTest {
    private static String refusal(String link) {
        return assertThrows(IllegalArgumentException.class, () -> LinkConfig.parse(link)).getMessage();
    }

    @Test
    void noMoteIsResetUnlessThatIsWanted() {
        LinkConfig link = LinkConfig.parse("serial:/dev/ttyUSB0");
        assertFalse(link.canReset() || link.resetDtr || link.resetRts);
        assertEquals(200, link.resetMs);
    }

    @ParameterizedTest
    @CsvSource({"none, false, false", "dtr, true, false", "rts, false, true", "both, true, true"})
    void thePulseIsOnTheLinesThatAreNamed(String reset, boolean dtr, boolean rts) {
        LinkConfig link = LinkConfig.parse("serial:/dev/ttyUSB0?reset=" + reset + "&reset_ms=7");
        assertEquals(dtr, link.resetDtr);
        assertEquals(rts, link.resetRts);
        assertEquals(dtr || rts, link.canReset());
        assertEquals(7, link.resetMs);
    }

    @Test
    void aLineThatIsUsedForFlowControlCannotResetToo() {
        assertTrue(refusal("serial:/dev/ttyUSB0?flow=rtscts&reset=both").contains("cannot do both"));
        assertTrue(LinkConfig.parse("serial:/dev/ttyUSB0?flow=rtscts&reset=dtr").canReset());
    }

    @Test
    void wrongResetsAreRefusedWithWhatWasExpected() {
        assertEquals("reset=none or reset=dtr or reset=rts or reset=both", refusal("serial:/dev/x?reset=cts"));
        assertEquals("reset_ms= a whole number from 1 to 1000", refusal("serial:/dev/x?reset_ms=1001"));
        assertEquals("reset_ms= a whole number from 1 to 1000", refusal("serial:/dev/x?reset_ms=0"));
        assertEquals("no 'reset' for this kind of link", refusal("tcp://h:1?reset=dtr"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"usb:10c4:ea60", "usb:10c4:ea60:0001", "usb:0403:6001:A:B/C", "usb:1a86:7523:x?baud=9600"})
    void aUsbDeviceIsNamedByItsIds(String target) {
        LinkConfig link = LinkConfig.parse("serial:" + target);
        assertTrue(link.isUsb());
        assertEquals(target.contains("?") ? target.substring(0, target.indexOf('?')) : target, link.target);
        assertFalse(LinkConfig.parse("serial:/dev/" + target).isUsb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"usb:", "usb:10c4", "usb:10c4:ea6", "usb:10C4:EA60", "usb:10c4:ea60:", "usb:10c4:ea600",
        "usb:10c4-ea60", "usb::10c4:ea60"})
    void otherIdsAreRefused(String target) {
        assertTrue(refusal("serial:" + target).contains("vendor and product in four hexadecimal digits"));
    }
}
