package org.normscope.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** A file system, as far as a checkpoint needs one. Locations are paths or URIs that name files exactly: nothing is globbed. */
public interface Storage {
    /** What lies at a location. */
    enum Kind {
        FILE,
        DIRECTORY,
        /** Nothing, or a link to nothing. */
        MISSING,
        /** A device, a pipe, a link that goes round in a circle. */
        SPECIAL
    }

    /**
     * Says what lies at the location, links followed; never opens it.
     *
     * @throws IOException if the storage can't tell
     */
    Kind kind(String location) throws IOException;

    /**
     * Opens a regular file.
     *
     * @throws FileNotFoundException if there is none
     * @throws IOException if the storage fails
     */
    RangeReader open(String location) throws IOException;

    /**
     * The names of what lies directly in a directory, sorted.
     *
     * @throws IOException if it isn't a directory or the storage fails
     */
    List<String> list(String directory) throws IOException;

    /**
     * When a file was last written, links followed: milliseconds since 1970 UTC; 0 where the storage doesn't know.
     *
     * @throws IOException if there is no file, or the storage can't tell
     */
    default long lastWritten(String location) throws IOException {
        return 0;
    }

    /** The location of {@code name}, a single path element or several joined by {@code /}, below a directory. */
    default String child(String directory, String name) {
        return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    /** The last element of a location's path as it is called in its directory; empty for a root. */
    default String name(String location) {
        String path = withoutTrailingSlashes(location);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The location of the directory that a location lies in; {@code .} for a bare name. */
    default String parent(String location) {
        String path = withoutTrailingSlashes(location);
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return ".";
        }
        return slash == 0 || path.charAt(slash - 1) == ':' ? path.substring(0, slash + 1) : path.substring(0, slash);
    }

    private static String withoutTrailingSlashes(String location) {
        int end = location.length();
        while (end > 1 && location.charAt(end - 1) == '/') {
            end--;
        }
        return location.substring(0, end);
    }

    /**
     * Whether a file reached below {@code directory} really belongs to the checkpoint there: no link leads out of it, except
     * into the {@code blobs} folder of the Hugging Face cache whose snapshot the directory is.
     *
     * @throws IOException if the storage can't tell
     */
    boolean belongsTo(String directory, String location) throws IOException;
}
