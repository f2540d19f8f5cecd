package io.slipway.gateway;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.tinylog.Logger;

/**
 * Hears SIGHUP. By reflection, for the JDK's class for signals is not part of Java 8's documented interface, and not
 * every JVM has it. Where whoever started this process ignores the signal, or a native library does later, it stays
 * ignored.
 */
final class HangUp {
    private HangUp() { }

    /** From now on, runs the action at each SIGHUP, in a thread of its own. */
    static void does(final Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object heard = Proxy.newProxyInstance(HangUp.class.getClassLoader(), new Class<?>[] {handler},
                new InvocationHandler() {
                    @Override
                    public Object invoke(Object proxy, Method method, Object[] arguments) {
                        if (!method.getName().equals("handle")) {
                            // What every object has; nobody compares handlers but by identity.
                            return method.getReturnType() == boolean.class ? proxy == arguments[0]
                                : method.getReturnType() == int.class ? (Object) 0 : "SIGHUP";
                        }
                        action.run();
                        return null;
                    }
                });
            signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), heard);
        } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError lacking) {
            Logger.debug(lacking, "This Java does not tell of SIGHUP");
        }
    }
}
