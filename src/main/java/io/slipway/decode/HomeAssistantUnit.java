package io.slipway.decode;

/**
 * What Home Assistant calls a quantity: its unit, and its class of devices where that follows from the unit. From the
 * registry of SenML units (RFC 8428 section 12.1, RFC 8798 section 4). Immutable.
 */
final class HomeAssistantUnit {
    /** {@code null} where a unit alone does not say what is measured. */
    final String deviceClass;
    /** {@code null} where Home Assistant wants none. */
    final String unit;
    /** Whether it is measured and not counted: Home Assistant makes statistics of it. */
    final boolean isMeasurement;

    private HomeAssistantUnit(String deviceClass, String unit, boolean isMeasurement) {
        this.deviceClass = deviceClass;
        this.unit = unit;
        this.isMeasurement = isMeasurement;
    }

    /** {@code null} for a unit that Home Assistant would not know. */
    static HomeAssistantUnit of(String senml) {
        switch (senml) {
            case "Cel":
                return measured("temperature", "°C");
            case "K":
                return measured("temperature", "K");
            case "%RH":
                return measured("humidity", "%");
            case "%EL":
                return measured("battery", "%");
            case "Pa":
            case "hPa":
                return measured("pressure", senml);
            case "lx":
                return measured("illuminance", "lx");
            case "W/m2":
                return measured("irradiance", "W/m²");
            case "dBm":
                return measured("signal_strength", "dBm");
            case "Hz":
            case "MHz":
                return measured("frequency", senml);
            case "kg":
            case "g":
                return measured("weight", senml);
            case "pH":
                return measured("ph", null);
            case "%":
            case "ppm":
            case "dB":
                return measured(null, senml);
            case "/100":
                return measured(null, "%");
            case "ug/m3":
                return measured(null, "µg/m³");
            case "m3":
                return new HomeAssistantUnit("volume", "m³", false);
            case "l":
                return new HomeAssistantUnit("volume", "L", false);
            default:
                return mechanical(senml);
        }
    }

    private static HomeAssistantUnit mechanical(String senml) {
        switch (senml) {
            case "m":
            case "mm":
            case "cm":
            case "km":
                return measured("distance", senml);
            case "m/s":
            case "km/h":
                return measured("speed", senml);
            case "mm/h":
                return measured("precipitation_intensity", senml);
            case "s":
            case "ms":
            case "min":
            case "h":
                return measured("duration", senml);
            default:
                return electrical(senml);
        }
    }

    private static HomeAssistantUnit electrical(String senml) {
        switch (senml) {
            case "V":
            case "mV":
                return measured("voltage", senml);
            case "A":
            case "mA":
                return measured("current", senml);
            case "W":
            case "kW":
                return measured("power", senml);
            case "VA":
                return measured("apparent_power", senml);
            case "var":
                return measured("reactive_power", senml);
            case "J":
            case "Wh":
            case "kWh":
                return new HomeAssistantUnit("energy", senml, false);
            default:
                return null;
        }
    }

    private static HomeAssistantUnit measured(String deviceClass, String unit) {
        return new HomeAssistantUnit(deviceClass, unit, true);
    }
}
