package io.slipway.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;

/** Says for people what a file's failure means, where Java's message is only the file's name. */
public final class FileProblem {
    private FileProblem() {
    }

    /** What is wrong, without the file's name. */
    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user has no permission";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        if (failure instanceof CharacterCodingException) {
            return "this is not UTF-8 text";
        }
        String reason = failure instanceof FileSystemException ? ((FileSystemException) failure).getReason()
            : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /** What is wrong, with the name of the file that it is wrong with, which may be a directory above. */
    public static String withName(IOException failure) {
        String file = failure instanceof FileSystemException ? ((FileSystemException) failure).getFile() : null;
        return (file == null ? "" : file + ": ") + of(failure);
    }

    /**
     * A file that the command line names.
     *
     * @throws ConfigException if this system can have no file of that name: under the locale C, Java knows none that
     *     is not ASCII
     */
    public static Path named(String name) throws ConfigException {
        try {
            if (!name.isEmpty()) {
                return Paths.get(name);
            }
        } catch (InvalidPathException notHere) {
            // It does not exist then.
        }
        throw new ConfigException(Collections.singletonList("'" + name + "': there is no such file"));
    }
}
