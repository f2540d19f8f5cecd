package io.slipway.mesh;

import io.slipway.frame.Ipv6Address;
import io.slipway.reading.Eui64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node as it is kept between two lives of the gateway. Numbers are big-endian, a text is its length in two bytes and
 * modified UTF-8 ({@link DataOutputStream#writeUTF}).
 *
 * <pre>
 * version 1 (1) | mesh, text | address (16) | first seen (8) | last seen (8) | uplinks (8)
 * hops (1, -1 unknown) | online (1) | protocols (1: bit 0 UDP, bit 1 CoAP, bit 2 MQTT-SN)
 * conversations (1), each: our address (16), our port (2), the node's port (2)
 * links (1), each: target, text; attributes (1), each: name, value, two texts
 * </pre>
 */
final class NodeCodec {
    private static final int VERSION = 1;
    /** What the links of one node may take; more are not kept but asked for again. */
    private static final int LINK_BYTES = 4096;
    private static final int MOST = 255;

    private NodeCodec() {
    }

    static byte[] encode(String mesh, Node node) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeUTF(mesh);
            write(out, node.address);
            out.writeLong(node.firstSeen);
            out.writeLong(node.lastSeen);
            out.writeLong(node.uplinks);
            out.writeByte(node.hops);
            out.writeBoolean(node.availability.isOnline());
            out.writeByte(node.protocols);
            List<Conversation> conversations = node.conversations();
            out.writeByte(conversations.size());
            for (Conversation one : conversations) {
                write(out, one.host);
                out.writeShort(one.hostPort);
                out.writeShort(one.nodePort);
            }
            byte[] links = links(node.links);
            out.write(links.length <= LINK_BYTES ? links : new byte[1]);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] links(List<ResourceLink> links) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int count = Math.min(MOST, links.size());
        out.writeByte(count);
        for (int i = 0; i < count && bytes.size() <= LINK_BYTES; i++) {
            ResourceLink link = links.get(i);
            out.writeUTF(cut(link.target));
            out.writeByte(Math.min(MOST, link.attributes.size()));
            int left = MOST;
            for (Map.Entry<String, String> attribute : link.attributes.entrySet()) {
                if (left-- > 0) {
                    out.writeUTF(cut(attribute.getKey()));
                    out.writeUTF(cut(attribute.getValue()));
                }
            }
        }
        return bytes.toByteArray();
    }

    /** No text may be longer than a record is. */
    private static String cut(String text) {
        return text.length() <= LINK_BYTES ? text : text.substring(0, LINK_BYTES);
    }

    /** The name of the mesh; {@code null} where the bytes are not a node's. */
    static String mesh(byte[] body) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
            return in.readByte() == VERSION ? in.readUTF() : null;
        } catch (IOException notANode) {
            return null;
        }
    }

    /** @throws IOException if the bytes are not a node's */
    static Node decode(Eui64 eui, byte[] body, long timeoutNs, boolean[] online) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        in.readByte();
        in.readUTF();
        Ipv6Address address = address(in);
        Node node = new Node(eui, in.readLong(), timeoutNs);
        node.address = address;
        node.lastSeen = in.readLong();
        node.uplinks = in.readLong();
        node.hops = in.readByte();
        online[0] = in.readBoolean();
        node.protocols = in.readByte();
        int conversations = in.readUnsignedByte();
        List<Conversation> latestFirst = new ArrayList<>();
        for (int i = 0; i < conversations; i++) {
            latestFirst.add(new Conversation(address(in), in.readUnsignedShort(), in.readUnsignedShort()));
        }
        for (int i = latestFirst.size() - 1; i >= 0; i--) {
            Conversation one = latestFirst.get(i);
            node.conversation(one.host, one.hostPort, one.nodePort);
        }
        if (latestFirst.isEmpty()) {
            throw new IOException("a node without a conversation");
        }
        node.links = links(in);
        return node;
    }

    private static List<ResourceLink> links(DataInputStream in) throws IOException {
        int count = in.readUnsignedByte();
        List<ResourceLink> links = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String target = in.readUTF();
            int attributes = in.readUnsignedByte();
            Map<String, String> named = new LinkedHashMap<>();
            for (int j = 0; j < attributes; j++) {
                named.put(in.readUTF(), in.readUTF());
            }
            links.add(new ResourceLink(target, named));
        }
        return links;
    }

    private static void write(DataOutputStream out, Ipv6Address address) throws IOException {
        out.writeLong(address.high());
        out.writeLong(address.low());
    }

    private static Ipv6Address address(DataInputStream in) throws IOException {
        return Ipv6Address.of(in.readLong(), in.readLong());
    }
}
