/*
 * Copyright (c) 2012-2018 The original author or authors
 * ------------------------------------------------------
 * All rights reserved. This program and the accompanying materials
 * are made available under the terms of the Eclipse Public License v1.0
 * and Apache License v2.0 which accompanies this distribution.
 *
 * The Eclipse Public License is available at
 * http://www.eclipse.org/legal/epl-v10.html
 *
 * The Apache License v2.0 is available at
 * http://www.opensource.org/licenses/apache2.0.php
 *
 * You may elect to redistribute this code under either of these licenses.
 */
package io.moquette.interception;

import io.moquette.broker.BrokerEvents;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptExceptionMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;

/**
 * Replaces Moquette's class of this name: it calls one listener on the session loop instead of handing every message
 * to another thread through a queue without a bound. So what was acknowledged to a client has reached the listener,
 * or will have before anything else happens, and nothing can pile up in between. Only log-ins and PUBLISHes are told.
 */
public final class BrokerInterceptor implements Interceptor {
    private final BrokerEvents events;

    /** @param events is called by broker threads and must not block */
    public BrokerInterceptor(BrokerEvents events) {
        this.events = events;
    }

    @Override
    public void notifyClientConnected(MqttConnectMessage msg) {
        events.connected(msg.payload().clientIdentifier());
    }

    @Override
    public void notifyTopicPublished(MqttPublishMessage msg, String clientID, String username) {
        events.published(clientID, msg.variableHeader().topicName(), ByteBufUtil.getBytes(msg.payload()),
            msg.fixedHeader().qosLevel().value());
    }

    @Override
    public void notifyClientDisconnected(String clientID, String username) {
    }

    @Override
    public void notifyClientConnectionLost(String clientID, String username) {
    }

    @Override
    public void notifyTopicSubscribed(Subscription sub, String username) {
    }

    @Override
    public void notifyTopicUnsubscribed(String topic, String clientID, String username) {
    }

    @Override
    public void notifyMessageAcknowledged(InterceptAcknowledgedMessage msg) {
    }

    @Override
    public void notifyLoopException(InterceptExceptionMessage th) {
    }

    @Override
    public void addInterceptHandler(InterceptHandler interceptHandler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeInterceptHandler(InterceptHandler interceptHandler) {
        throw new UnsupportedOperationException();
    }
}
