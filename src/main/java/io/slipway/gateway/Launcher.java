package io.slipway.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The jar's main class: loads {@link Main} and all the rest out of the jar that {@code java -jar} was given. The JVM's
 * own loader does that too, but makes URLs, looks for a manifest and a code source, and asks several other loaders for
 * each class; where all this is interpreted, it is a quarter of the start. Any thread may load.
 *
 * <p>Quicker still is the JVM's boot loader, no part of which is interpreted. Where the jar is appended to its path
 * ({@code -Xbootclasspath/a}, as /usr/bin/slipway does), it loads all that does not need {@code java.sql}, which it
 * cannot see, and this one loads the rest: the packages in {@link #NEED_SQL}. What the boot loader loads finds a class
 * of these packages a second time; only tinylog does, two classes of {@code gateway} that have no state.
 */
public final class Launcher extends ClassLoader {
    /** SQLite's driver, and which of our packages may use the store or a database of their own. */
    private static final String[] NEED_SQL = {
        "org.sqlite.", "io.slipway.store.", "io.slipway.upstream.", "io.slipway.replication.", "io.slipway.cloud.",
        "io.slipway.cli.", "io.slipway.gateway.",
    };

    private final ZipFile jar;
    /** Whether the boot loader has the jar too: then it has loaded this class. */
    private final boolean beside = Launcher.class.getClassLoader() == null;

    private Launcher(ZipFile jar) {
        // The parent is the loader of the JDK's modules: what the jar holds is not to be found by two loaders.
        super(getSystemClassLoader().getParent());
        this.jar = jar;
    }

    /** Runs {@link Main#main} out of the jar. */
    public static void main(String[] args) throws Throwable {
        Launcher launcher = new Launcher(new ZipFile(System.getProperty("java.class.path")));
        Thread.currentThread().setContextClassLoader(launcher);
        Method main = launcher.loadClass("io.slipway.gateway.Main").getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) args);
        } catch (InvocationTargetException thrown) {
            // As it is: whoever hears of it tells by its class whether memory ran out.
            throw thrown.getCause();
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            boolean ours = beside ? needsSql(name) : !name.startsWith("java.");
            ZipEntry entry = ours ? jar.getEntry(name.replace('.', '/').concat(".class")) : null;
            return entry == null ? getParent().loadClass(name) : define(name, entry);
        }
    }

    /** Whether the boot loader cannot have the class of this name, because it needs {@code java.sql}. Any thread. */
    public static boolean needsSql(String name) {
        for (String prefix : NEED_SQL) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private Class<?> define(String name, ZipEntry entry) throws ClassNotFoundException {
        byte[] bytes = new byte[(int) entry.getSize()];
        try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
            in.readFully(bytes);
        } catch (IOException damaged) {
            throw new ClassNotFoundException(name, damaged);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    protected URL findResource(String name) {
        return getSystemResource(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return getSystemResources(name);
    }
}
