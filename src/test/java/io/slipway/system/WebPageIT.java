package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.testing.Await;
import io.slipway.testing.Chromium;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.TalkingMote;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status page of the finished jar in a real browser. */
class WebPageIT {
    private static final String NODE = TalkingMote.node(1).toString();
    /** The colours that the page computes, as numbers: the contrast of each text with what is behind it. */
    private static final String CONTRASTS = """
        (() => {
          const part = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
          const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
            return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
          const ground = e => { for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; }
            return 'rgb(255,255,255)'; };
          const bad = [];
          for (const e of document.querySelectorAll('body *')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) bad.push(e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
          }
          return bad; })()""";
    /** What has no name, by the rules for names that this page uses. */
    private static final String NAMELESS = """
        [...document.querySelectorAll('input, button, a, section, svg, [role=region], [role=log], ul[aria-labelledby]')]
          .filter(e => !e.closest('[hidden]')).filter(e => !(e.getAttribute('aria-label')
            || (e.getAttribute('aria-labelledby') && document.getElementById(e.getAttribute('aria-labelledby'))
              .textContent.trim())
            || (e.labels && e.labels.length && e.labels[0].textContent.trim())
            || (/^(A|BUTTON)$/.test(e.tagName) && e.textContent.trim()))).map(e => e.outerHTML)""";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path directory;

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    @ParameterizedTest
    @CsvSource({"1280, 900, false, false", "360, 740, true, true"})
    void valuesAreSeenAndACommandReachesTheMote(int width, int height, boolean mobile, boolean dark) throws Exception {
        int port = Mosquitto.freePort();
        try (TalkingMote mote = new TalkingMote();
             GatewayProcess gateway = new GatewayProcess(directory, mote.link(), "config web\n\toption enabled '1'\n"
                 + "\toption listen '127.0.0.1:" + port + "'\nconfig upstream 'cloud'\n"
                 + "\toption url 'mqtt://127.0.0.1:1'\n").start();
             Chromium browser = new Chromium(directory.resolve("browser"))) {
            mote.say(1, "20.5");
            mote.say(2, "hello");
            browser.size(width, height, mobile);
            browser.dark(dark);
            browser.open("http://127.0.0.1:" + port + "/");
            browser.awaitTrue("document.querySelectorAll('#node-rows tr').length === 2");
            browser.awaitTrue("document.getElementById('live-state').textContent === 'Following.'");
            mote.say(1, "21.25");
            browser.awaitTrue("document.getElementById('node-rows').textContent.includes('21.25')");
            browser.awaitTrue("document.getElementById('live').firstChild.textContent.includes('21.25')");
            browser.awaitTrue("document.querySelector('svg.trend polyline').getAttribute('points').split(' ')"
                + ".length === 2");
            browser.awaitTrue("document.getElementById('upstreams').textContent.includes('backlog 3')");
            assertTrue(browser.eval("document.getElementById('verdict').textContent").asText().startsWith("Look here"));
            command(mote, browser);
            look(browser, width);
            if (System.getProperty("slipway.pictures") != null) {
                browser.picture(Path.of(System.getProperty("slipway.pictures"), "page-" + width + ".png"));
            }
            assertEquals(List.of(), browser.complaints);
            assertTrue(gateway.log().contains("The web server listens"));
        }
    }

    /** With the keyboard alone. */
    private void command(TalkingMote mote, Chromium browser) throws Exception {
        List<String> order = new ArrayList<>();
        browser.press("Tab");
        String focus = browser.eval("document.activeElement.className").asText();
        assertEquals("skip", focus);
        for (int i = 0; i < 12 && !order.contains("node"); i++) {
            browser.press("Tab");
            order.add(browser.eval("document.activeElement.id").asText());
        }
        assertTrue(order.contains("node"), order.toString());
        browser.type(NODE);
        browser.press("Tab");
        browser.type("udp/8765");
        browser.press("Tab");
        browser.type("led on");
        assertTrue(browser.eval("getComputedStyle(document.activeElement).outlineStyle !== 'none'").asBoolean());
        browser.press("Tab");
        browser.press("Enter");
        Await.until("the datagram", 60, () -> mote.received.contains(NODE + " 8765 led on"));
        browser.awaitTrue("document.getElementById('command-result').textContent.includes('The gateway has it')");
        browser.awaitTrue("document.getElementById('commands').textContent.includes('udp/8765: sent')");
        browser.eval("document.getElementById('to').value = 'udp/0'");
        browser.press("Enter");
        browser.awaitTrue("document.getElementById('command-result').textContent.startsWith('Refused: ')");
        // The refusal's status is in the log of every browser; it is no fault of the page.
        Await.until("the browser's word on it", 60, () -> browser.complaints.removeIf(c -> c.contains("422")));
        assertEquals(List.of(NODE + " 8765 led on"), mote.received);
        browser.eval("document.getElementById('pause').focus()");
        browser.press("Space");
        assertEquals("true", browser.eval("document.getElementById('pause').getAttribute('aria-pressed')").asText());
    }

    private void look(Chromium browser, int width) throws Exception {
        assertEquals(List.of(), texts(browser.eval(CONTRASTS)));
        assertEquals(List.of(), texts(browser.eval(NAMELESS)));
        assertTrue(browser.eval("document.documentElement.scrollWidth").asInt() <= width, "the page scrolls sideways");
        assertEquals("1", browser.eval("document.querySelectorAll('h1').length").asText());
        assertEquals("en", browser.eval("document.documentElement.lang").asText());
        for (String landmark : List.of("header", "main", "footer")) {
            assertEquals(1, browser.eval("document.querySelectorAll('body > " + landmark + "').length").asInt());
        }
        assertEquals(0, browser.eval("[...document.querySelectorAll('button')].filter(b => !b.hidden"
            + " && b.getBoundingClientRect().height < 44).length").asInt());
        // Style and script from elsewhere, or within the page, must not be let in.
        browser.eval("(() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
            + " document.body.append(s); })()");
        assertTrue(browser.eval("window.bad === undefined").asBoolean());
        Await.until("the browser's word on it", 60, () -> browser.complaints
            .removeIf(c -> c.contains("Content Security Policy")));
    }

    @Test
    void metricsAndTheDescriptionAreInTheJar() throws Exception {
        int port = Mosquitto.freePort();
        try (TalkingMote mote = new TalkingMote();
             GatewayProcess gateway = new GatewayProcess(directory, mote.link(), "config web\n\toption enabled '1'\n"
                 + "\toption listen '127.0.0.1:" + port + "'\n").start()) {
            Process promtool = new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
            try (var out = promtool.getOutputStream()) {
                out.write(new URL("http://127.0.0.1:" + port + "/metrics").openStream().readAllBytes());
            }
            String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, promtool.waitFor(), said);
            assertEquals("", said);
            assertTrue(gateway.log().contains("The web server listens"));
        }
    }
}
