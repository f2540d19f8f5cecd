package io.slipway.config;

/** {@code config homeassistant}: whether decoded values are announced to Home Assistant. Immutable. */
public final class HomeAssistantConfig {
    /** Default: not. */
    public final boolean enabled;
    /** The topic below which Home Assistant looks for announcements. Default {@code homeassistant}. */
    public final String prefix;
    /** Values that are announced at most, 1 to 1024. Default 256. */
    public final int limit;

    HomeAssistantConfig(SectionReader in) {
        enabled = in.bool("enabled", false);
        prefix = in.text("prefix", "homeassistant");
        if (!isTopic(prefix)) {
            in.wrong("prefix", "a topic such as homeassistant, without +, # and a slash at its ends");
        }
        limit = in.whole("limit", 256, 1, 1024);
        in.finish();
    }

    private static boolean isTopic(String text) {
        return IngestConfig.isTopicFilter(text) && text.indexOf('+') < 0 && text.indexOf('#') < 0
            && !text.startsWith("/") && !text.endsWith("/") && !text.startsWith("$");
    }
}
