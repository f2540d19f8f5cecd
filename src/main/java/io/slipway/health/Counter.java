package io.slipway.health;

/**
 * Everything the gateway counts, each drop with its reason. Names are stable: metrics and alarms hang on them.
 * A count starts at 0 with the process and never falls.
 */
public enum Counter {
    /** The link was opened. */
    LINK_OPENED("link_opened", "Times that the link was opened."),
    /** The link failed or could not be opened. */
    LINK_FAILED("link_failed", "Times that the link failed or could not be opened."),
    /** Bytes read. */
    LINK_BYTES_READ("link_bytes_read", "Bytes read from the link."),
    /** Bytes written. */
    LINK_BYTES_WRITTEN("link_bytes_written", "Bytes written to the link."),
    /** Reset pulses given. */
    LINK_RESETS("link_resets", "Pulses on DTR or RTS that were to reset the mote."),

    /** Bytes kept by the flight recorder. */
    RECORD_BYTES("record_bytes", "Bytes of the line that the flight recorder has taken down."),
    /** Recordings that stopped. */
    RECORD_FAILED("record_failed", "Times that the flight recorder could not write and stopped for a minute."),

    /** Intact SLIP frames. */
    SLIP_FRAMES("slip_frames", "SLIP frames received whole."),
    /** Cut off by the end of the stream. */
    SLIP_TRUNCATED("slip_truncated", "Frames cut off by the end of the stream."),
    /** ESC directly before END. */
    SLIP_ESCAPE_THEN_END("slip_escape_then_end", "Frames dropped: an escape byte stood before the frame's end."),
    /** ESC before a byte that may not follow it. */
    SLIP_BAD_ESCAPE("slip_bad_escape", "Frames dropped: an unknown byte stood after an escape byte."),
    /** Longer than the limit. */
    SLIP_OVERSIZE("slip_oversize", "Frames dropped: longer than the limit."),
    /** Good frames again. */
    SLIP_RESYNCED("slip_resynced", "Times that a good frame came again after bytes that were none."),

    /** Neither packet nor command nor text. */
    FRAME_UNRECOGNISED("frame_unrecognised", "Frames dropped: neither packet nor command nor text."),
    /** IPv6 with a wrong length or a cut extension header. */
    FRAME_BAD_IPV6("frame_bad_ipv6", "IPv6 packets dropped: the length or an extension header is wrong."),
    /** Text of the mote's firmware. */
    FRAME_TEXT("frame_text", "Lines of text from the mote's firmware."),
    /** A frame kind that a border router does not send. */
    FRAME_UNEXPECTED("frame_unexpected", "Good frames of a kind that nothing here asked for."),

    /** Asked again for want of frames. */
    MESH_SILENT_ASKED("mesh_silent_asked", "Questions to a mote that was silent for too long."),
    /** Opened again for want of frames. */
    MESH_SILENT_REOPENED("mesh_silent_reopened", "Times that the link was opened anew because the mote was silent."),
    /** Times that the mote was heard again. */
    MESH_SILENT_ENDED("mesh_silent_ended", "Times that a mote that had been silent was heard again."),
    /** ?P answered. */
    MESH_PREFIX_ANSWERED("mesh_prefix_answered", "Times that the mote asked for the prefix and got it."),
    /** UDP datagrams that became readings. */
    MESH_UPLINKS("mesh_uplinks", "UDP datagrams from motes that became readings."),
    /** Wrong UDP checksum or length. */
    MESH_BAD_CHECKSUM("mesh_bad_checksum", "Packets dropped: wrong checksum or transport length."),
    /** Source not a mote of this mesh. */
    MESH_FOREIGN_SOURCE("mesh_foreign_source", "Packets dropped: the source is not in the mesh's prefix."),
    /** Datagrams too long for a mesh. */
    MESH_OVERSIZE("mesh_oversize", "Datagrams dropped: longer than any that a mesh carries."),
    /** Nodes forgotten. */
    MESH_NODES_FORGOTTEN("mesh_nodes_forgotten", "Nodes forgotten because the registry was full."),
    /** TCP, ICMPv6 other than errors … */
    MESH_UNHANDLED("mesh_unhandled", "Packets of a protocol that is not handled."),
    /** ICMPv6 errors. */
    MESH_ICMP_ERRORS("mesh_icmp_errors", "ICMPv6 errors that motes sent back for a downlink packet."),
    /** Downlink packets written. */
    DOWNLINK_SENT("downlink_sent", "Downlink packets written to the link."),
    /** Downlink refused. */
    DOWNLINK_REFUSED("downlink_refused", "Commands refused: bad topic, unknown node, too long, queue full, stopping."),
    /** Downlink lost to a closed link. */
    DOWNLINK_FAILED("downlink_failed", "Downlink packets lost because the link was down."),

    /** Commands accepted. */
    COMMANDS_ACCEPTED("commands_accepted", "Commands accepted: well formed, for a known node, with room to wait."),
    /** Commands of an earlier life. */
    COMMANDS_RESTORED("commands_restored", "Commands of an earlier life that go on."),
    /** The same command again. */
    COMMANDS_REPEATED("commands_repeated", "Commands that came again under the same id, and were not done again."),
    /** Commands that waited too long. */
    COMMANDS_EXPIRED("commands_expired", "Commands whose time to live ended before they could be sent."),

    /** CoAP messages from nodes. */
    COAP_RECEIVED("coap_received", "CoAP messages from nodes, good or not."),
    /** Not a CoAP message. */
    COAP_MALFORMED("coap_malformed", "CoAP messages dropped or reset: malformed."),
    /** Came before. */
    COAP_DUPLICATES("coap_duplicates", "CoAP messages that had come before: answered again, not acted on again."),
    /** Readings that came by CoAP. */
    COAP_READINGS("coap_readings", "Readings that came by CoAP: sent, notified or asked for."),
    /** Requests of nodes refused. */
    COAP_REFUSED("coap_refused", "CoAP requests of nodes refused: unknown method or option, not complete, too long."),
    /** Bodies given up. */
    COAP_BODIES_DROPPED("coap_bodies_dropped", "Bodies in CoAP blocks given up: not continued, or too long."),
    /** Answers to nothing. */
    COAP_UNMATCHED("coap_unmatched", "CoAP answers and acknowledgements that nobody waits for."),
    /** Old notifications. */
    COAP_STALE("coap_stale", "CoAP notifications dropped: older than one that came before."),
    /** Messages the thread had no room for. */
    COAP_INBOX_DROPPED("coap_inbox_dropped", "CoAP messages dropped: too many waited to be worked on."),
    /** Requests to nodes. */
    COAP_REQUESTS("coap_requests", "CoAP requests to nodes begun."),
    /** Messages sent again. */
    COAP_RETRANSMITTED("coap_retransmitted", "CoAP messages sent again for want of an acknowledgement."),
    /** Requests without an answer. */
    COAP_TIMEOUTS("coap_timeouts", "CoAP requests that got no answer in time."),
    /** Requests that failed. */
    COAP_FAILED("coap_failed", "CoAP requests to nodes that failed or were refused, time-outs included."),

    /** MQTT-SN messages from nodes. */
    MQTTSN_RECEIVED("mqttsn_received", "MQTT-SN messages from nodes, good or not."),
    /** Not an MQTT-SN message. */
    MQTTSN_MALFORMED("mqttsn_malformed", "MQTT-SN messages dropped: malformed, or of a type that nobody sends."),
    /** Came before. */
    MQTTSN_DUPLICATES("mqttsn_duplicates", "MQTT-SN messages that had come before: acknowledged, no reading."),
    /** Readings that came by MQTT-SN. */
    MQTTSN_READINGS("mqttsn_readings", "Readings that came by MQTT-SN, wills included."),
    /** Requests of clients refused. */
    MQTTSN_REFUSED("mqttsn_refused", "MQTT-SN requests refused: no room, unknown topic id, or a topic not allowed."),
    /** From nodes that are not connected. */
    MQTTSN_UNCONNECTED("mqttsn_unconnected", "MQTT-SN messages of nodes that are not connected."),
    /** Messages the thread had no room for. */
    MQTTSN_INBOX_DROPPED("mqttsn_inbox_dropped", "MQTT-SN messages dropped: too many waited to be worked on."),
    /** Messages sent again. */
    MQTTSN_RETRANSMITTED("mqttsn_retransmitted", "MQTT-SN messages to clients sent again for want of an answer."),
    /** Messages brought to clients. */
    MQTTSN_DELIVERED("mqttsn_delivered", "Messages sent to MQTT-SN clients, and acknowledged with QoS 1 or 2."),
    /** Messages that do not reach a client. */
    MQTTSN_DROPPED("mqttsn_dropped", "Messages for MQTT-SN clients dropped: too long, too many, or refused."),
    /** Silent clients. */
    MQTTSN_LOST("mqttsn_lost", "MQTT-SN clients given up because they were silent for too long."),

    /** MQTT packets in SLIP frames. */
    WIRED_RECEIVED("wired_received", "MQTT packets that came in SLIP frames of their own."),
    /** Of those, bad ones. */
    WIRED_MALFORMED("wired_malformed", "Of those, the ones that were dropped: malformed, or not for a broker."),
    /** Came before. */
    WIRED_DUPLICATES("wired_duplicates", "Of those, messages that had come before: acknowledged, no reading."),
    /** Readings that came so. */
    WIRED_READINGS("wired_readings", "Readings that came in MQTT packets in SLIP frames, wills included."),
    /** Refused. */
    WIRED_REFUSED("wired_refused", "Messages and subscriptions in SLIP frames refused: a topic not allowed, no room."),
    /** Packets the thread had no room for. */
    WIRED_INBOX_DROPPED("wired_inbox_dropped", "MQTT packets in SLIP frames dropped: too many waited."),
    /** Brought to the client. */
    WIRED_DELIVERED("wired_delivered", "Messages sent down in SLIP frames, and acknowledged with QoS 1 or 2."),
    /** Not brought to the client. */
    WIRED_DROPPED("wired_dropped", "Messages that were to go down in SLIP frames dropped: too long, too many."),

    /** Readings given an identity. */
    READINGS_ACCEPTED("readings_accepted", "Readings that were given an identity."),
    /** Of those, from the LAN. */
    READINGS_FROM_LAN("readings_from_lan", "Of those, the ones that LAN clients published."),

    /** Payloads decoded. */
    DECODE_DONE("decode_done", "Payloads that were decoded."),
    /** Not of their format. */
    DECODE_MALFORMED("decode_malformed", "Payloads not decoded: not of the format that the configuration says."),
    /** Not allowed. */
    DECODE_INVALID("decode_invalid", "Payloads not decoded: of their format, but against its rules."),
    /** Too much. */
    DECODE_LIMIT("decode_limit", "Payloads not decoded: too deep, too many values, too long."),
    /** No such format. */
    DECODE_FORMAT("decode_format", "Payloads not decoded: their CoAP Content-Format is not known."),
    /** Not retained. */
    DECODE_NOT_RETAINED("decode_not_retained", "Decoded messages not retained: too many are already."),
    /** Not announced. */
    HOMEASSISTANT_REFUSED("homeassistant_refused",
        "Values not announced to Home Assistant: too many, or their name is taken."),

    /** Not published. */
    BROKER_PUBLISH_FAILED("broker_publish_failed", "Messages that the LAN broker could not take for a subscriber."),
    /** Dropped for a slow client. */
    BROKER_QUEUE_DROPPED("broker_queue_dropped", "Messages dropped for a client whose queue was full."),
    /** Connections accepted. */
    BROKER_CONNECTIONS("broker_connections", "Clients that logged in."),
    /** Refused log-ins. */
    BROKER_LOGIN_REFUSED("broker_login_refused", "Log-ins refused: wrong user or password."),
    /** Log-ins refused unseen. */
    LOGIN_GUESSES("login_guesses", "Log-ins refused unseen: too many wrong passwords came from the address."),
    /** Log-ins there was no time for. */
    LOGIN_BUSY("login_busy", "Log-ins refused unseen: too many passwords waited to be checked."),
    /** ACL refusals. */
    BROKER_PUBLISH_REFUSED("broker_publish_refused", "Publishes and subscriptions refused by the access rules."),
    /** Connections over the limit. */
    BROKER_CONNECTION_REFUSED("broker_connection_refused",
        "Connections refused: too many at one time, in all or from one address."),
    /** Connections without a CONNECT. */
    BROKER_CONNECT_TIMEOUTS("broker_connect_timeouts", "Connections closed: they did not say in time who they are."),
    /** Retained messages not kept. */
    BROKER_RETAINED_REFUSED("broker_retained_refused", "Messages of clients delivered but not retained: too many."),
    /** Absent clients forgotten. */
    BROKER_SESSIONS_DROPPED("broker_sessions_dropped", "Absent clients forgotten because too many were absent."),
    /** Failed inside the broker. */
    BROKER_ERRORS("broker_errors", "Commands of clients that failed inside the broker."),

    /** Readings committed. */
    STORE_COMMITTED("store_committed", "Readings committed to the database."),
    /** Transactions. */
    STORE_COMMITS("store_commits", "Transactions, each with a sync to the disk."),
    /** Readings refused. */
    STORE_QUEUE_DROPPED("store_queue_dropped", "Readings not stored: the queue before the database was full."),
    /** Nodes and commands. */
    STORE_RECORDS("store_records", "Changes to what is kept of nodes and commands that were written."),
    /** Failed transactions. */
    STORE_FAILED("store_failed", "Transactions that failed and were tried again."),
    /** Readings of damaged blocks. */
    STORE_DAMAGED("store_damaged", "Readings that an upstream does not get because of damage."),
    /** Databases set aside. */
    STORE_SET_ASIDE("store_set_aside", "Times that the database was damaged and set aside."),
    /** Readings out of those. */
    STORE_SALVAGED("store_salvaged", "Readings saved out of databases that were set aside."),
    /** Readings given up. */
    STORE_LOST("store_lost", "Readings given up: the database refused them and the buffer was full."),
    /** Blocks sealed. */
    STORE_BLOCKS("store_blocks", "Blocks sealed."),
    /** Bytes of sealed blocks. */
    STORE_BLOCK_BYTES("store_block_bytes", "Bytes of the blocks sealed."),
    /** New readings refused. */
    STORE_REFUSED("store_refused", "Readings not stored: the store is full, and what is there is to stay."),
    /** Readings deleted by retention. */
    STORE_EXPIRED("store_expired", "Readings deleted by the retention rule."),
    /** Of those, never acknowledged. */
    STORE_EXPIRED_UNSENT("store_expired_unsent", "Of those, readings that an upstream had not acknowledged."),

    /** Blocks sealed for others. */
    SYNC_BLOCKS_SEALED("sync_blocks_sealed", "Blocks of this gateway's own that other gateways can fetch."),
    /** Blocks taken in. */
    SYNC_BLOCKS_RECEIVED("sync_blocks_received", "Blocks and gaps of other gateways that were stored."),
    /** Frames sent. */
    SYNC_FRAMES_SENT("sync_frames_sent", "Frames sent to other gateways."),
    /** Bytes sent. */
    SYNC_BYTES_SENT("sync_bytes_sent", "Bytes of the frames sent to other gateways."),
    /** Bytes received. */
    SYNC_BYTES_RECEIVED("sync_bytes_received", "Bytes of the frames received from other gateways."),
    /** Frames dropped for want of room. */
    SYNC_FRAMES_DROPPED("sync_frames_dropped",
        "Frames from or to other gateways dropped as too much waited; what they stood for is sent again."),
    /** No frames. */
    SYNC_FRAMES_BAD("sync_frames_bad", "Frames from other gateways dropped: damaged or unknown."),
    /** Frames of another session. */
    SYNC_FRAMES_STALE("sync_frames_stale", "Frames from other gateways dropped: of a session that is over."),
    /** Blocks that were there. */
    SYNC_DUPLICATES("sync_duplicates", "Blocks that came a second time."),
    /** Blocks not taken. */
    SYNC_BLOCKS_REFUSED("sync_blocks_refused",
        "Blocks not taken: out of order, of a wrong hash, or the disk was busy."),
    /** Changes of source. */
    SYNC_SOURCES_SWITCHED("sync_sources_switched", "Times that a silent source was left for another."),
    /** Gaps taken over. */
    SYNC_GAPS_TAKEN("sync_gaps_taken", "Gaps of other gateways' streams that were taken over."),
    /** Blocks deleted. */
    SYNC_BLOCKS_RECLAIMED("sync_blocks_reclaimed", "Blocks deleted as the replica's bytes or days are used up."),
    /** Readings too long. */
    SYNC_TOO_LONG("sync_too_long", "Readings too long for a block, which other gateways do not get."),
    /** Commits that failed. */
    SYNC_COMMITS_FAILED("sync_commits_failed", "Times that the replica's disk refused a commit."),
    /** Comparisons. */
    SYNC_COMPARED("sync_compared", "Comparisons with a copy elsewhere that found no difference."),
    /** Comparisons that found something. */
    SYNC_DIFFERENT("sync_different", "Blocks that differed from a copy elsewhere."),
    /** Blocks found damaged. */
    SYNC_BLOCKS_DAMAGED("sync_blocks_damaged", "Blocks of the replica found missing or not as they were written."),
    /** Blocks repaired. */
    SYNC_BLOCKS_REPAIRED("sync_blocks_repaired", "Damaged blocks of the replica that were put right."),
    /** Blocks that nobody has just now. */
    SYNC_UNREPAIRED("sync_unrepaired", "Damaged blocks that no other gateway in reach had; they are tried again."),
    /** Blocks given up. */
    SYNC_BLOCKS_LOST("sync_blocks_lost", "Damaged blocks given up, as no other gateway has them."),
    /** Alarms. */
    SYNC_ALARMS("sync_alarms", "Alarms of replication: a clone, a fork, a restored replica, a block nobody has."),
    /** Peers refused. */
    SYNC_PEERS_REFUSED("sync_peers_refused",
        "Connections of other gateways refused: a wrong password, name or cluster."),
    /** Tunnels for others. */
    TUNNELS_OPENED("tunnels_opened", "Tunnels through this gateway to a broker that other members got."),
    /** Tunnels refused. */
    TUNNELS_REFUSED("tunnels_refused", "Tunnels that other members asked for and did not get."),
    /** Bytes to the broker. */
    TUNNEL_BYTES_UP("tunnel_bytes_up", "Bytes that other members sent to a broker through this gateway."),
    /** Bytes from the broker. */
    TUNNEL_BYTES_DOWN("tunnel_bytes_down", "Bytes that other members got from a broker through this gateway."),
    /** Values written here. */
    SHARED_WRITTEN("shared_written", "Shared values changed at this gateway."),
    /** Values refused. */
    SHARED_REFUSED("shared_refused", "Changes of shared values refused: too long, too many, or no good name."),
    /** Values that cannot be read. */
    SHARED_BAD("shared_bad", "Changes of shared values from elsewhere passed over, as they cannot be read."),

    /** Packets of mDNS dropped. */
    MDNS_BAD("mdns_bad", "Packets of multicast DNS dropped: malformed, or not from this link."),
    /** No room for what was found. */
    MDNS_DROPPED("mdns_dropped", "Gateways announced on the LAN that were passed over, as there are too many."),
    /** Somebody has our name. */
    MDNS_CONFLICTS("mdns_conflicts", "Times that another machine on the LAN announced itself under our name."),

    /** Connections made. */
    UPSTREAM_CONNECTED("upstream_connected", "Times that the upstream broker was reached."),
    /** Connections through a neighbour. */
    UPSTREAM_VIA_NEIGHBOUR("upstream_via_neighbour", "Of those, times that it was reached through a neighbour."),
    /** Connections lost or refused. */
    UPSTREAM_DISCONNECTED("upstream_disconnected", "Times that the upstream broker was lost or could not be reached."),
    /** Neighbours that did not help. */
    UPSTREAM_VIA_FAILED("upstream_via_failed", "Attempts through a neighbour that failed: refused, or not reached."),
    /** Batches sent. */
    UPSTREAM_BATCHES_SENT("upstream_batches_sent", "Batches sent, repetitions included."),
    /** Batch bytes. */
    UPSTREAM_BYTES_SENT("upstream_bytes_sent", "Bytes of the batches sent as MQTT packets, repetitions included."),
    /** Batches acknowledged. */
    UPSTREAM_BATCHES_ACKED("upstream_batches_acked", "Batches that the upstream broker acknowledged."),
    /** Readings acknowledged. */
    UPSTREAM_READINGS_ACKED("upstream_readings_acked", "Readings that the upstream broker acknowledged."),
    /** Batches that failed and are sent again. */
    UPSTREAM_BATCHES_FAILED("upstream_batches_failed", "Batches refused or lost on the way, to be sent again."),
    /** Batches for nobody. */
    UPSTREAM_BATCHES_UNHEARD("upstream_batches_unheard",
        "Batches that the upstream broker acknowledged though nobody subscribes to them."),
    /** Commands received. */
    UPSTREAM_COMMANDS("upstream_commands", "Commands received from upstream."),
    /** Small messages not sent. */
    UPSTREAM_REPORTS_DROPPED("upstream_reports_dropped", "State reports that did not reach the upstream broker."),
    /** Readings that the broker will never take. */
    UPSTREAM_READINGS_SET_ASIDE("upstream_readings_set_aside",
        "Readings that the upstream broker refused for good; they stay in the store."),
    /** Receipts. */
    UPSTREAM_RECEIPTS("upstream_receipts", "Receipts that came from upstream."),
    /** Receipts of no use. */
    UPSTREAM_RECEIPTS_BAD("upstream_receipts_bad", "Receipts dropped: not as they should be, or too many at once."),
    /** Gaps told. */
    UPSTREAM_GAPS_TOLD("upstream_gaps_told", "Gaps that the upstream was told of."),
    /** Requests for readings that arrived before. */
    UPSTREAM_ASKED("upstream_asked", "Requests from upstream for readings that it should have and has not."),
    /** Such requests of no use. */
    UPSTREAM_ASKED_BAD("upstream_asked_bad", "Of those, dropped: not as they should be, or too many at once."),
    /** Readings sent once more for that. */
    UPSTREAM_RESENT("upstream_resent", "Readings sent once more because upstream asked for them."),

    /** Messages at the cloud node. */
    CLOUD_MESSAGES("cloud_messages", "Messages that the cloud node took from the broker."),
    /** Readings stored. */
    CLOUD_READINGS("cloud_readings", "Readings that the cloud node stored."),
    /** Readings that were there. */
    CLOUD_DUPLICATES("cloud_duplicates", "Readings that came once more and were stored already."),
    /** Messages set aside. */
    CLOUD_SET_ASIDE("cloud_set_aside", "Messages that the cloud node could not use and set aside."),
    /** Blocks stored. */
    CLOUD_BLOCKS("cloud_blocks", "Blocks of the cluster whose readings the cloud node stored."),
    /** Blocks without their readings. */
    CLOUD_BLOCKS_BAD("cloud_blocks_bad", "Blocks of the cluster whose readings cannot be read or stored."),
    /** Transactions that failed. */
    CLOUD_FAILED("cloud_failed", "Transactions of the cloud node that failed and were tried again."),
    /** Requests for missing readings. */
    CLOUD_ASKED("cloud_asked", "Requests of the cloud node for readings that are missing."),
    /** Small messages not sent. */
    CLOUD_DROPPED("cloud_dropped", "Receipts and requests that did not reach the broker."),

    /** Threads that hung. */
    WATCHDOG_STUCK("watchdog_stuck", "Times that the watchdog found a thread stuck or dead."),

    /** Requests over HTTP. */
    WEB_REQUESTS("web_requests", "Requests to the web server that were let in."),
    /** Of those, too many at a time. */
    WEB_REFUSED("web_refused", "Of those, requests refused because too many waited."),
    /** Refused log-ins. */
    WEB_LOGIN_REFUSED("web_login_refused", "Requests to the web server without the right user and password."),
    /** Connections over the limit. */
    WEB_CONNECTION_REFUSED("web_connection_refused", "Connections to the web server refused: too many at one time."),
    /** Events lost to slow followers. */
    WEB_LIVE_DROPPED("web_live_dropped", "Live events dropped for a client that read too slowly.");

    private final String label;
    private final String help;

    Counter(String label, String help) {
        this.label = label;
        this.help = help;
    }

    /** The name in status and metrics: lower case, underscores. */
    public String label() {
        return label;
    }

    /** One sentence for people. */
    public String help() {
        return help;
    }
}
