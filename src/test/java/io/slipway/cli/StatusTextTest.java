package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of a status. */
class StatusTextTest {
    private static final long NOW = 1_795_000_000_000L;

    private static JsonView status(String states, String more) throws Exception {
        return JsonView.of(("{\"id\":\"gw-01\",\"version\":\"1.2.3\",\"epoch\":\"3-ab\",\"uptime_s\":7260,\"now\":"
            + NOW + ",\"states\":{" + states + "},\"gauges\":{\"mesh0_nodes\":1,\"backlog_cloud\":12}" + more
            + ",\"nodes\":[{\"node\":\"0200000000000002\",\"online\":true},{\"node\":\"0200000000000003\"}]}")
            .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aGatewayThatIsWellSaysSo() throws Exception {
        String text = StatusText.of(status("\"store\":\"open\",\"mesh0\":\"running\",\"link mesh0\":\"open\","
            + "\"upstream cloud\":\"connected\"", ",\"counters\":{\"store_committed\":5}"), false);
        assertTrue(text.startsWith("gw-01: slipway 1.2.3, epoch 3-ab, up 2 h 1 min\nall is well\n"), text);
        assertTrue(text.contains("\nnodes: 2 known, 1 online\n"), text);
        assertTrue(text.contains("\n  store: open\n"), text);
        assertTrue(text.contains("\n  store_committed 5\n"), text);
    }

    @Test
    void whatIsWrongComesFirst() throws Exception {
        String text = StatusText.of(status("\"store\":\"full\",\"mesh0\":\"noise: reset\",\"link mesh0\":"
            + "\"waiting: no such device\",\"upstream cloud\":\"waiting: refused\"",
            ",\"counters\":{\"store_lost\":3},\"errors\":["
            + "{\"error\":\"bad \\u001b[31m\",\"count\":4,\"first\":1,\"last\":" + (NOW - 60_000) + "},"
            + "{\"error\":\"old\",\"count\":1,\"first\":1,\"last\":" + (NOW - 7_200_000) + "}]"), true);
        assertTrue(text.contains("\n\u001b[31mnot well:\u001b[0m\n  link mesh0: waiting: no such device\n"
            + "  mesh0: noise: reset\n  store: full\n  upstream cloud: waiting: refused\n"
            + "  12 readings wait for upstream cloud\n  3 since the start: Readings given up: "), text);
        assertTrue(text.contains("\n  bad .[31m (4 times, last 60 s ago)\n"), text);
        assertTrue(text.contains("\nearlier:\n  old (once, 2 h 0 min ago)\n"), text);
    }

    @Test
    void aPeerThatIsDownIsNotWellAndEachHasALine() throws Exception {
        String text = StatusText.of(status("\"store\":\"open\"", ",\"peers\":[{\"name\":\"gw-02\",\"state\":\"down\","
            + "\"since_ms\":" + (NOW - 7_260_000) + ",\"address\":\"\",\"lag_records\":17},{\"name\":\"gw-03\","
            + "\"state\":\"up\",\"since_ms\":" + (NOW - 5000) + ",\"address\":\"10.0.0.3:7450\",\"lag_records\":0}]"),
            false);
        assertTrue(text.contains("\nnot well:\n  peer gw-02 is down, for 2 h 1 min\n"), text);
        assertFalse(text.contains("peer gw-03"), text);
        assertTrue(text.contains("\nPEER   STATE  SINCE               BEHIND  ADDRESS\n"
            + "gw-02  down   2 h 1 min ago  17 readings  \n"
            + "gw-03  up     5 s ago         0 readings  10.0.0.3:7450\n"), text);
    }

    @Test
    void aPartThatIsNotKnownHereIsTakenToBeWell() throws Exception {
        String text = StatusText.of(status("\"sync\":\"whatever\"", ""), false);
        assertTrue(text.contains("\nall is well\n"), text);
        assertFalse(text.contains("\u001b"));
    }

    @ParameterizedTest
    @CsvSource({"-5,0 s", "0,0 s", "119,119 s", "120,2 min", "7199,119 min", "7200,2 h 0 min", "172799,47 h 59 min",
        "172800,2 days 0 h", "1000000,11 days 13 h"})
    void agesHaveUnits(long seconds, String expected) {
        assertEquals(expected, Age.of(seconds));
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("A", "#N", "REST");
        table.add("xyz", "1", "long text");
        table.add("u", "1000", "t");
        assertEquals("A       N  REST\nxyz     1  long text\nu    1000  t\n", table.toString());
    }

    @Test
    void aMoteCannotSpeakToTheTerminal() {
        assertEquals("a.[2Jb.c.d", Printable.of("a\u001b[2Jb\rc\u202ed"));
        assertEquals("abc…", Printable.of("abcdef", 4));
    }
}
