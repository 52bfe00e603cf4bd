package org.normscope.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Files of one folder that get their final names later, or none. */
public interface TemporaryFiles {
    /** Where a file of this name lies, for messages. */
    String location(String name);

    /**
     * A new file.
     *
     * @throws IOException if it can't be made
     */
    OutputStream create(String name) throws IOException;

    /**
     * An existing file's bytes.
     *
     * @throws IOException if it can't be opened
     */
    InputStream open(String name) throws IOException;

    /**
     * Deletes a file if it is there.
     *
     * @throws IOException if that fails
     */
    void delete(String name) throws IOException;
}
