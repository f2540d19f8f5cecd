package io.slipway.gateway;

import io.slipway.command.Command;
import io.slipway.command.Progress;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.coap.CoapRequest;
import io.slipway.mesh.coap.CoapResponse;
import io.slipway.mesh.coap.ResponseListener;

/** Commands that are CoAP requests: its classes are loaded with the first of them. */
final class CoapCommands {
    private CoapCommands() {
    }

    /** Why it is no request; {@code null} where it is one. */
    static String objection(Command command) {
        try {
            request(command);
            return null;
        } catch (IllegalArgumentException wrong) {
            return wrong.getMessage();
        }
    }

    private static CoapRequest request(Command command) {
        String text = command.topic.request;
        int slash = text.indexOf('/');
        return CoapRequest.of(slash < 0 ? text : text.substring(0, slash),
            slash < 0 ? "" : text.substring(slash + 1), command.payload);
    }

    /** Asks the node, and passes on what becomes of it. */
    static void send(CoapService service, Command command, final Progress progress) {
        service.request(command.topic.node, request(command), new ResponseListener() {
            @Override
            public void queued() {
                // It was said when the command was accepted.
            }

            @Override
            public void sent() {
                progress.sent();
            }

            @Override
            public void answered(CoapResponse response) {
                progress.answered(response.code(), response.contentFormat, response.payload);
            }

            @Override
            public void refused(Refusal refusal) {
                MeshRadio.refused(progress, refusal);
            }

            @Override
            public void failed(String reason) {
                progress.failed(reason);
            }
        });
    }
}
