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

    /** The location of {@code name}, a single path element or several joined by {@code /}, below a directory. */
    String child(String directory, String name);

    /**
     * Whether a file reached below {@code directory} really belongs to the checkpoint there: no link leads out of it, except
     * into the {@code blobs} folder of the Hugging Face cache whose snapshot the directory is.
     *
     * @throws IOException if the storage can't tell
     */
    boolean belongsTo(String directory, String location) throws IOException;
}
