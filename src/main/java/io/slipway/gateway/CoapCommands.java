package io.slipway.gateway;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.mesh.coap.CoapRequest;
import io.slipway.mesh.coap.CoapResponse;
import io.slipway.mesh.coap.ResponseListener;
import io.slipway.reading.Eui64;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Takes commands on {@code …/down/coap/<method>/<path>} to the mesh of their node, and reports on the state topic:
 * {@code queued}, {@code sent}, then {@code {"state":"answered","code":"2.05","format":0,"value":"…"}}, or
 * {@code failed} or {@code refused} with a reason. Any thread; never waits.
 */
final class CoapCommands {
    private final List<CoapService> services;
    private final Commands.Reports reports;
    private final Health health;

    CoapCommands(List<CoapService> services, Commands.Reports reports, Health health) {
        this.services = services;
        this.reports = reports;
        this.health = health;
    }

    /**
     * A command.
     *
     * @param request the topic from the method on: {@code get/test/hello}
     */
    void command(String topic, Eui64 node, String request, byte[] payload) {
        Report report = new Report(Topics.stateOf(topic));
        int slash = request.indexOf('/');
        CoapRequest parsed;
        try {
            parsed = CoapRequest.of(slash < 0 ? request : request.substring(0, slash),
                slash < 0 ? "" : request.substring(slash + 1), payload);
        } catch (IllegalArgumentException wrong) {
            refuse(report, wrong.getMessage());
            return;
        }
        for (CoapService service : services) {
            // Where there is one mesh only, a node is in it: one that only ever answers was perhaps never heard.
            if (services.size() == 1 || service.knows(node)) {
                service.request(node, parsed, report);
                return;
            }
        }
        refuse(report, "the node was not heard of since the gateway started");
    }

    private void refuse(Report report, String reason) {
        health.count(Counter.DOWNLINK_REFUSED);
        report.publish("refused", reason);
    }

    /** What becomes of one request. */
    private final class Report implements ResponseListener {
        private final String topic;

        Report(String topic) {
            this.topic = topic;
        }

        @Override
        public void queued() {
            publish("queued", null);
        }

        @Override
        public void sent() {
            publish("sent", null);
        }

        @Override
        public void answered(CoapResponse response) {
            JsonWriter json = new JsonWriter().object().field("state", "answered").field("code", response.code());
            if (response.contentFormat >= 0) {
                json.field("format", response.contentFormat);
            }
            byte[] payload = response.payload;
            PayloadForm form = PayloadForm.of(payload);
            if (form == PayloadForm.BYTES) {
                json.hexField("hex", payload, 0, payload.length);
            } else if (payload.length > 0) {
                String text = new String(payload, StandardCharsets.UTF_8);
                json.name("value");
                if (form == PayloadForm.NUMBER) {
                    json.literal(text);
                } else {
                    json.value(text);
                }
            }
            reports.publish(topic, json.endObject().toBytes());
        }

        @Override
        public void failed(String reason) {
            publish("failed", reason);
        }

        void publish(String state, String reason) {
            JsonWriter json = new JsonWriter().object().field("state", state);
            if (reason != null) {
                json.field("reason", reason);
            }
            reports.publish(topic, json.endObject().toBytes());
        }
    }
}
