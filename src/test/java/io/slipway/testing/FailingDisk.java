package io.slipway.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The library {@code src/test/disk} for another process's {@code LD_PRELOAD}: a disk whose power is cut, or
 * whose calls fail, under one directory. Built by the C compiler when it is first asked for.
 */
public final class FailingDisk {
    /** How a process ends whose power was cut. */
    public static final int CUT_STATUS = 77;

    private static final Path SOURCES = Path.of("src/test/disk");
    private static final Path LIBRARY = Path.of("target/native-tests/libfailingdisk.so");

    private static boolean built;

    private FailingDisk() {
    }

    /** The variables of a process whose disk, below this directory, is this one and does no harm yet. */
    public static Map<String, String> variables(Path root) throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>();
        variables.put("LD_PRELOAD", library().toString());
        variables.put("DISK_ROOT", root.toAbsolutePath().toString());
        return variables;
    }

    /**
     * The variables of a process whose power is cut.
     *
     * @param graves a directory beside the root for the library's own use; what is in it is removed
     * @param operation the number of the write, sync, truncation or change of a name that is the last one
     * @param ms the cut comes so long after the start at the latest
     * @param seed what the cut leaves is drawn from this
     */
    public static Map<String, String> cut(Path root, Path graves, long operation, long ms, long seed)
            throws IOException, InterruptedException {
        Map<String, String> variables = variables(root);
        clear(graves);
        variables.put("DISK_GRAVES", graves.toAbsolutePath().toString());
        variables.put("DISK_CUT_OP", String.valueOf(operation));
        variables.put("DISK_CUT_MS", String.valueOf(ms));
        variables.put("DISK_SEED", String.valueOf(seed & Long.MAX_VALUE));
        return variables;
    }

    private static void clear(Path graves) throws IOException {
        Files.createDirectories(graves);
        Files.walkFileTree(graves, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static synchronized Path library() throws IOException, InterruptedException {
        if (!built) {
            Files.createDirectories(LIBRARY.getParent());
            List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-std=gnu11", "-O2", "-Wall",
                "-Wextra", "-Werror", "-U_FORTIFY_SOURCE", "-o", LIBRARY.toString()));
            try (var sources = Files.newDirectoryStream(SOURCES, "*.c")) {
                sources.forEach(source -> command.add(source.toString()));
            }
            command.addAll(List.of("-ldl", "-lpthread"));
            Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (compiler.waitFor() != 0) {
                throw new AssertionError("the failing disk does not compile; it needs gcc and libc6-dev:\n" + said);
            }
            built = true;
        }
        return LIBRARY.toAbsolutePath();
    }
}
