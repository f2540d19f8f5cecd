package io.slipway.mesh.coap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.mesh.ResourceLink;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6690, and lists that are cut or damaged. */
class LinkFormatTest {
    private static String read(String list) {
        StringBuilder text = new StringBuilder();
        for (ResourceLink link : LinkFormat.parse(Simulation.bytes(list))) {
            text.append(link.target).append(link.attributes);
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '|', value = {
        // RFC 6690 section 5.
        "</sensors/temp>;if=\"sensor\",</sensors/light>;if=\"sensor\" |"
            + " /sensors/temp{if=sensor}/sensors/light{if=sensor}",
        "</t>;anchor=\"/sensors/temp\";rel=\"alternate\";sz=12 | /t{anchor=/sensors/temp, rel=alternate, sz=12}",
        // Of the stock Contiki-NG example server.
        "</.well-known/core>;ct=40,</test/hello>;title=\"Hello world: ?len=0..\";rt=\"Text\",</test/push>;obs |"
            + " /.well-known/core{ct=40}/test/hello{title=Hello world: ?len=0.., rt=Text}/test/push{obs=}",
        "</a>;title=\"a, b; <c> \\\"d\\\"\",</b> | /a{title=a, b; <c> \"d\"}/b{}",
        "</a>;rt=x;rt=y | /a{rt=x}",
        "</a>;title=\"cut of | /a{title=cut of}",
        "</a>,</b | /a{}",
        "</a>;;=;x | /a{x=}",
        "nonsense | ~~"})
    void linksAreReadWithTheirAttributes(String list, String expected) {
        assertEquals(expected == null ? "" : expected, read(list));
    }

    @Test
    void moreLinksThanAreKeptAreLeftOut() {
        assertEquals(LinkFormat.MOST_LINKS, LinkFormat.parse(Simulation.bytes("</x>,".repeat(5000))).size());
    }

    @Test
    void anyBytesAtAllAreRead() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String alphabet = "<>;=,\"\\a/";
        for (int i = 0; i < 300_000; i++) {
            byte[] list = new byte[random.nextInt(40)];
            for (int j = 0; j < list.length; j++) {
                list[j] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256)
                    : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            List<ResourceLink> links = LinkFormat.parse(list);
            assertEquals(true, links.size() <= LinkFormat.MOST_LINKS);
        }
    }
}
