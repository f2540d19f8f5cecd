package io.slipway.decode;

/** JSON or CBOR: every value of the tree under its path. */
final class TreeDecoder implements Decoder {
    private final JsonParser json;
    private final CborParser cbor;
    private final Flattener values = new Flattener();

    private TreeDecoder(JsonParser json, CborParser cbor) {
        this.json = json;
        this.cbor = cbor;
    }

    static TreeDecoder json() {
        return new TreeDecoder(new JsonParser(), null);
    }

    static TreeDecoder cbor() {
        return new TreeDecoder(null, new CborParser());
    }

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        values.begin(out);
        if (json != null) {
            json.parse(payload, values);
        } else {
            cbor.parse(payload, values);
        }
        return true;
    }
}
