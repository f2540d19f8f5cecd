package io.slipway.decode;

/** SenML (RFC 8428) in JSON or CBOR: see {@link SenmlPack}. */
final class SenmlDecoder implements Decoder {
    private final JsonParser json;
    private final CborParser cbor;
    private final SenmlPack pack = new SenmlPack();

    private SenmlDecoder(JsonParser json, CborParser cbor) {
        this.json = json;
        this.cbor = cbor;
    }

    static SenmlDecoder json() {
        return new SenmlDecoder(new JsonParser(), null);
    }

    static SenmlDecoder cbor() {
        return new SenmlDecoder(null, new CborParser());
    }

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        pack.begin();
        if (json != null) {
            json.parse(payload, pack);
        } else {
            cbor.parse(payload, pack);
        }
        pack.finish(atMs, out);
        return true;
    }
}
