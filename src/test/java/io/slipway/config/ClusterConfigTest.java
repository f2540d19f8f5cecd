package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {
    private static final String CLUSTER = ConfigTest.LEAST + "config cluster\noption name farm\n";

    private static String refused(String more) {
        return assertThrows(ConfigException.class, () -> Config.parse("f", CLUSTER + more), more).getMessage();
    }

    private static ClusterConfig taken(String more) throws ConfigException {
        return Config.parse("f", CLUSTER + more).cluster;
    }

    @Test
    void withoutASectionThereIsNone() throws Exception {
        assertNull(Config.parse("f", ConfigTest.LEAST).cluster);
        assertTrue(assertThrows(ConfigException.class, () -> Config.parse("f", ConfigTest.LEAST + "config peer a\n"))
            .getMessage().contains("a 'config peer' without 'config cluster'"));
    }

    @Test
    void interestIsAllNoneOrAList() throws Exception {
        assertNull(taken("").interest);
        assertNull(taken("option interest all\n").interest);
        assertEquals(List.of(), taken("option interest none\n").interest);
        assertEquals(List.of("a", "gw-02"), taken("list interest a\nlist interest gw-02\n").interest);
        assertTrue(refused("list interest all\nlist interest b\n").contains("all, none, or a list"));
    }

    @Test
    void aNetworkIsServedWithTlsOnlyUnlessThatIsAskedFor() throws Exception {
        String listen = "option password_file /p\noption listen 0.0.0.0:7450\n";
        assertTrue(refused(listen).contains("certificate 'auto'"));
        assertEquals(true, taken(listen + "option certificate auto\n").tls.auto);
        assertEquals(7450, taken(listen + "option allow_plain 1\n").listen.port);
        assertTrue(refused("option listen 127.0.0.1:7450\n").contains("password_file"));
    }

    @Test
    void membersAreLookedForOnlyWhereTheyCanComeAndProveThemselves() throws Exception {
        String found = "option certificate auto\noption discover 1\n";
        String listen = "option listen 0.0.0.0:7450\n";
        assertEquals(false, taken("").discover);
        ClusterConfig one = taken(found + listen + "option password_file /p\nlist discover_interface br-lan\n");
        assertEquals(true, one.discover);
        assertEquals(List.of("br-lan"), one.discoverInterfaces);
        String nowhere = "0 without a listen that others on the LAN can reach";
        assertTrue(refused(found + "option password_file /p\n").contains(nowhere));
        assertTrue(refused(found + "option password_file /p\noption listen 127.0.0.1:7450\n").contains(nowhere));
        assertTrue(refused(found + listen + "config peer b\noption password_file /p\n")
            .contains("0 without a password_file"));
        assertTrue(refused("list discover_interface br-lan\n").contains("discover '1' too"));
    }

    @Test
    void anAuthorityIsForThoseWeConnectToWithTls() throws Exception {
        String authority = "option password_file /p\noption ca_file /ca.pem\nconfig peer b\noption url ";
        assertEquals("/ca.pem", taken(authority + "tcp+tls://h:1\n").caFile.toString());
        assertTrue(refused(authority + "tcp://h:1\n").contains("begins with tcp+tls://"));
    }

    @Test
    void aPeerIsReachedByOneWay() throws Exception {
        String password = "option password_file /p\n";
        PeerConfig peer = taken(password + "config peer b\noption url tcp+tls://h:1\noption fingerprint '"
            + "AB:".repeat(31) + "ab'\n").peers.get(0);
        assertEquals("b h:1 true " + "ab".repeat(32), peer.id + " " + peer.address + " " + peer.tls + " "
            + peer.fingerprint);
        assertTrue(refused(password + "config peer b\noption url tcp://h:1\noption via cloud\n")
            .contains("either url"));
        assertTrue(refused(password + "config peer b\noption url http://h:1\n").contains("tcp+tls://host:port"));
        assertTrue(refused(password + "config peer b\noption fingerprint abcd\n").contains("64 hexadecimal digits"));
        assertTrue(refused(password + "config peer b\noption via cloud\n")
            .contains("no 'config upstream' of that name"));
        assertTrue(refused(password + "config peer b\noption id gw-01\n").contains("is this gateway itself"));
        assertTrue(refused(password + "config peer b\noption id c\nconfig peer c\n").contains("are called 'c'"));
        assertTrue(refused("config peer b\noption url tcp://h:1\n").contains("password"));
    }
}
