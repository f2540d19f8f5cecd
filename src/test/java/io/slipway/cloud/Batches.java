package io.slipway.cloud;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Publishes what gateways would, written by hand, and hears what they would. */
final class Batches implements AutoCloseable {
    private final Mqtt5AsyncClient client;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    /** Connects, and subscribes to receipts and requests to any gateway. */
    Batches(int port) throws Exception {
        client = MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> heard.add(publish.getTopic() + " "
            + new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)));
        client.connect().get();
        client.subscribeWith().topicFilter("slipway/+/receipt").qos(MqttQos.AT_LEAST_ONCE).send().get();
        client.subscribeWith().topicFilter("slipway/+/missing").qos(MqttQos.AT_LEAST_ONCE).send().get();
    }

    /** Receipts and requests, topic and payload, as they come. */
    BlockingQueue<String> heard() {
        return heard;
    }

    /** A batch of the readings with these numbers, in SenML and JSON. */
    static String pack(String origin, String epoch, long... numbers) {
        StringBuilder pack = new StringBuilder("[");
        for (int i = 0; i < numbers.length; i++) {
            pack.append(i == 0 ? "{\"bn\":\"" + origin + "/\",\"bt\":1700000000,\"epoch\":\"" + epoch + "\"," : ",{")
                .append("\"n\":\"0012740200000001/udp/5678\",\"v\":").append(numbers[i]).append(".5,\"seq\":")
                .append(numbers[i]).append('}');
        }
        return pack.append(']').toString();
    }

    static long[] numbers(long first, long last) {
        long[] numbers = new long[(int) (last - first + 1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = first + i;
        }
        return numbers;
    }

    CompletableFuture<Mqtt5PublishResult> send(String topic, String payload, Map<String, String> properties) {
        var builder = Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE)
            .payload(payload.getBytes(StandardCharsets.UTF_8)).contentType("application/senml+json").userProperties();
        for (Map.Entry<String, String> property : properties.entrySet()) {
            builder = builder.add(property.getKey(), property.getValue());
        }
        return client.publish(builder.applyUserProperties().build());
    }

    /** Sends a batch with all numbers from one to another. */
    CompletableFuture<Mqtt5PublishResult> batch(String origin, String epoch, long first, long last) {
        return send("slipway/" + origin + "/batch", pack(origin, epoch, numbers(first, last)), Map.of());
    }

    /** Publishes a message that stays. */
    void retain(String topic, String payload) throws Exception {
        client.publish(Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).retain(true)
            .payload(payload.getBytes(StandardCharsets.UTF_8)).build()).get();
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
