package io.slipway.mesh.coap;

import io.slipway.mesh.ResourceLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the list of links that a node gives of its resources (RFC 6690 section 2):
 * {@code </test/push>;title="Periodic demo";obs,</sensors/temp>;rt="temperature"}. Takes what can be read of a list
 * that is cut or damaged, since motes' buffers are short. Not safe for several threads.
 */
final class LinkFormat {
    /** Links of one node, at most; the rest is left out. */
    static final int MOST_LINKS = 64;

    private final String text;
    private int at;

    private LinkFormat(String text) {
        this.text = text;
    }

    /** The links of a list, the first {@value #MOST_LINKS} of them. */
    static List<ResourceLink> parse(byte[] list) {
        return new LinkFormat(new String(list, StandardCharsets.UTF_8)).links();
    }

    private List<ResourceLink> links() {
        List<ResourceLink> links = new ArrayList<>();
        int open = text.indexOf('<');
        while (open >= 0 && links.size() < MOST_LINKS) {
            int close = text.indexOf('>', open);
            if (close < 0) {
                break;
            }
            at = close + 1;
            Map<String, String> attributes = attributes();
            links.add(new ResourceLink(text.substring(open + 1, close), attributes));
            open = text.indexOf('<', at);
        }
        return links;
    }

    /** Up to the comma that ends the link, or the end of the list. */
    private Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        while (at < text.length() && text.charAt(at) == ';') {
            at++;
            String name = until("=;,").trim();
            String value = "";
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                value = at < text.length() && text.charAt(at) == '"' ? quoted() : until(";,");
            }
            // RFC 6690 section 3: of an attribute that stands twice the first counts.
            if (!name.isEmpty() && !attributes.containsKey(name)) {
                attributes.put(name, value);
            }
        }
        return attributes;
    }

    private String until(String ends) {
        int from = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        at = Math.min(at + 1, text.length());
        // White space after the quote is not allowed, but does no harm.
        until(";,");
        return value.toString();
    }
}
