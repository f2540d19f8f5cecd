package io.slipway.gateway;

import io.slipway.command.Ledger;
import io.slipway.reading.Epoch;
import io.slipway.store.Records;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import org.tinylog.Logger;

/** The store's table of commands, as the commands see it. Any thread. */
final class CommandLedger implements Ledger {
    private final Store store;

    CommandLedger(Store store) {
        this.store = store;
    }

    @Override
    public void put(long number, byte[] body, final Receipt receipt) {
        store.commands().put(number, body, new Records.Receipt() {
            @Override
            public void kept(boolean durable) {
                receipt.kept(durable);
            }
        });
    }

    @Override
    public void put(long number, byte[] body) {
        store.commands().put(number, body);
    }

    @Override
    public void remove(long number) {
        store.commands().remove(number);
    }

    @Override
    public long ranMsSince(Epoch earlier, long mono) {
        try {
            return store.ranMsSince(earlier, mono);
        } catch (StoreException unknown) {
            Logger.debug("how long ago a command was accepted is not known: {}", unknown.getMessage());
            return 0;
        }
    }
}
