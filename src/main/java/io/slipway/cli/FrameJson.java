package io.slipway.cli;

import io.slipway.frame.CommandFrame;
import io.slipway.frame.ExtensionHeader;
import io.slipway.frame.Frame;
import io.slipway.frame.Icmpv6Message;
import io.slipway.frame.InvalidFrame;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.MacFrame;
import io.slipway.frame.MqttFrame;
import io.slipway.frame.PacketAttributes;
import io.slipway.frame.QueryFrame;
import io.slipway.frame.RadioFrame;
import io.slipway.frame.TcpSegment;
import io.slipway.frame.TextFrame;
import io.slipway.frame.TransmitRequest;
import io.slipway.frame.UdpDatagram;
import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;

/** Writes the members of a frame's JSON object, from {@code type} on. */
final class FrameJson {
    private static final String[] MAC_TYPES = {"beacon", "data", "ack", "cmd"};
    private static final int[] TCP_BITS = {2, 16, 1, 4, 8};
    private static final String TCP_LETTERS = "SAFRP";

    private final JsonWriter json;

    /** Writes into the object that is open in {@code json}. */
    FrameJson(JsonWriter json) {
        this.json = json;
    }

    /** Writes the members that this kind of frame has. */
    void write(Frame frame) {
        json.field("type", frame.type().label());
        switch (frame.type()) {
            case IPV6:
                ipv6((Ipv6Packet) frame);
                break;
            case QUERY:
                code(((QueryFrame) frame).code());
                all(frame.bytes());
                break;
            case COMMAND:
                command((CommandFrame) frame);
                break;
            case IEEE802154:
                radio((RadioFrame) frame);
                break;
            case MQTT:
                json.field("mqtt_type", ((MqttFrame) frame).mqttType());
                all(frame.bytes());
                break;
            case INVALID:
                invalid((InvalidFrame) frame);
                break;
            default:
                json.field("text", ((TextFrame) frame).text());
                break;
        }
    }

    private void all(byte[] bytes) {
        json.field("len", bytes.length);
        hex("hex", bytes);
    }

    private void hex(String name, byte[] bytes) {
        json.hexField(name, bytes, 0, bytes.length);
    }

    private void code(int code) {
        json.field("code", code < 0 ? null : String.valueOf((char) code));
    }

    private void invalid(InvalidFrame frame) {
        json.field("reason", frame.reason().text());
        if (frame.bytes().length > 0) {
            all(frame.bytes());
        }
    }

    private void ipv6(Ipv6Packet packet) {
        json.field("len", packet.bytes().length);
        json.field("src", packet.src().toString()).field("dst", packet.dst().toString());
        json.field("hop_limit", packet.hopLimit()).field("next_header", packet.nextHeader());
        json.array("ext");
        for (ExtensionHeader header : packet.extensionHeaders()) {
            json.object().field("nh", header.type());
            json.hexField("hex", packet.bytes(), header.offset(), header.offset() + header.length()).endObject();
        }
        json.endArray().field("l4", packet.protocol());
        if (packet.udp() != null) {
            udp(packet.udp());
        }
        if (packet.tcp() != null) {
            tcp(packet.tcp());
        }
        if (packet.icmpv6() != null) {
            icmpv6(packet.icmpv6());
        }
        hex("hex", packet.bytes());
    }

    private void udp(UdpDatagram udp) {
        int from = udp.payloadOffset();
        int length = udp.payloadLength();
        boolean isText = length > 0 && TextFrame.isPrintable(udp.buffer(), from, from + length);
        json.object("udp").field("sport", udp.srcPort()).field("dport", udp.dstPort()).field("len", udp.length());
        json.field("checksum_ok", udp.checksumOk()).hexField("payload", udp.buffer(), from, from + length);
        json.field("payload_text", isText ? new String(udp.buffer(), from, length, StandardCharsets.US_ASCII) : null);
        if (udp.lenMismatch()) {
            json.field("len_mismatch", true);
        }
        json.endObject();
    }

    private void tcp(TcpSegment tcp) {
        StringBuilder flags = new StringBuilder(5);
        for (int i = 0; i < TCP_BITS.length; i++) {
            if ((tcp.flags() & TCP_BITS[i]) != 0) {
                flags.append(TCP_LETTERS.charAt(i));
            }
        }
        json.object("tcp").field("sport", tcp.srcPort()).field("dport", tcp.dstPort());
        json.field("seq", tcp.sequence()).field("ack", tcp.acknowledgement()).field("flags", flags.toString());
        json.field("win", tcp.window()).field("checksum_ok", tcp.checksumOk());
        json.hexField("payload", tcp.buffer(), tcp.payloadOffset(), tcp.buffer().length).endObject();
    }

    private void icmpv6(Icmpv6Message message) {
        json.object("icmp6").field("itype", message.type()).field("code", message.code());
        json.field("checksum_ok", message.checksumOk()).endObject();
    }

    private void command(CommandFrame frame) {
        code(frame.code());
        all(frame.bytes());
        TransmitRequest request = frame.transmitRequest();
        if (request != null) {
            json.field("sid", request.sid());
            attributes(request.attributes(), false);
            MacFrame mac = request.frame();
            if (mac == null) {
                json.field("frame", null);
            } else {
                json.object("frame");
                mac(mac);
                json.endObject();
            }
            hex("frame_hex", request.frameBytes());
        }
        if (frame.isTransmitReport()) {
            json.field("sid", frame.sid()).field("status", frame.status()).field("tx", frame.transmissions());
        }
    }

    private void radio(RadioFrame frame) {
        json.field("len", frame.frame().bytes().length);
        if (frame.attributes() == null) {
            json.field("attrs", null);
        } else {
            attributes(frame.attributes(), true);
        }
        mac(frame.frame());
        hex("hex", frame.frame().bytes());
    }

    private void attributes(PacketAttributes attributes, boolean signed) {
        json.array("attrs");
        for (int i = 0; i < attributes.count(); i++) {
            json.array().value(attributes.id(i));
            json.value(signed ? attributes.signedValue(i) : attributes.unsignedValue(i)).endArray();
        }
        json.endArray();
    }

    private void mac(MacFrame frame) {
        json.field("ftype", MAC_TYPES[frame.type()]).field("ack_req", frame.isAckRequested() ? 1 : 0);
        json.field("pan_comp", frame.isPanCompressed() ? 1 : 0).field("version", frame.version());
        json.field("seq", frame.sequence());
        present("dst_pan", frame.dstPan());
        present("dst", frame.dst());
        present("src_pan", frame.srcPan());
        present("src", frame.src());
        json.hexField("mac_payload", frame.bytes(), frame.payloadOffset(), frame.bytes().length);
    }

    private void present(String name, String value) {
        if (value != null) {
            json.field(name, value);
        }
    }
}
