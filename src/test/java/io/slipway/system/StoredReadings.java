package io.slipway.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/** Prints identity and payload of every reading in a gateway's database, for the scripts of qemu-tests. */
final class StoredReadings {
    private StoredReadings() {
    }

    public static void main(String[] args) throws Exception {
        try (Place store = Place.store(Path.of(args[0]))) {
            for (Map.Entry<String, String> reading : store.readings().entrySet()) {
                String what = reading.getValue();
                byte[] payload = HexFormat.of().parseHex(what.substring(what.lastIndexOf(' ') + 1));
                System.out.println(reading.getKey() + " " + new String(payload, StandardCharsets.UTF_8));
            }
        }
    }
}
