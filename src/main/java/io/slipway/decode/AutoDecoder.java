package io.slipway.decode;

import io.slipway.reading.PayloadForm;

/**
 * Decodes what the message says it is: by CoAP's Content-Format (RFC 7252 section 12.3). What comes without one, as by
 * UDP and MQTT, or says that it is bytes or a list of links, is left alone. Decoders are made when they are needed.
 */
final class AutoDecoder implements Decoder {
    private static final int UNKNOWN = -1;
    private static final int TEXT = 0;
    private static final int LINKS = 40;
    private static final int BYTES = 42;
    private static final int JSON = 50;
    private static final int CBOR = 60;
    private static final int SENML_JSON = 110;
    private static final int SENSML_JSON = 111;
    private static final int SENML_CBOR = 112;
    private static final int SENSML_CBOR = 113;
    /** JSON of LwM2M 1.0, which has a number of its own and is taken for the JSON that it is. */
    private static final int LWM2M_JSON = 11543;

    private final Decoder text = new TextDecoder("value", false);
    private final Decoder number = new TextDecoder("value", true);
    private Decoder json;
    private Decoder cbor;
    private Decoder senmlJson;
    private Decoder senmlCbor;

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        if (contentFormat == UNKNOWN || contentFormat == LINKS || contentFormat == BYTES) {
            return false;
        }
        return decoder(payload, contentFormat).decode(payload, contentFormat, atMs, out);
    }

    private Decoder decoder(byte[] payload, int contentFormat) throws Undecodable {
        switch (contentFormat) {
            case TEXT:
                return PayloadForm.of(payload) == PayloadForm.NUMBER ? number : text;
            case JSON:
            case LWM2M_JSON:
                json = json == null ? TreeDecoder.json() : json;
                return json;
            case CBOR:
                cbor = cbor == null ? TreeDecoder.cbor() : cbor;
                return cbor;
            case SENML_JSON:
            case SENSML_JSON:
                senmlJson = senmlJson == null ? SenmlDecoder.json() : senmlJson;
                return senmlJson;
            case SENML_CBOR:
            case SENSML_CBOR:
                senmlCbor = senmlCbor == null ? SenmlDecoder.cbor() : senmlCbor;
                return senmlCbor;
            default:
                throw Undecodable.format("no decoder for Content-Format " + contentFormat);
        }
    }
}
