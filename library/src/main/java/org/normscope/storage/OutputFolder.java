package org.normscope.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A folder that files are written to. */
public interface OutputFolder {
    /** Where a file of this name lies, for messages. */
    String location(String name);

    /**
     * Whether there is something of this name.
     *
     * @throws IOException if the file system can't tell
     */
    boolean exists(String name) throws IOException;

    /**
     * Makes the folder, and those above it, if it isn't there.
     *
     * @throws IOException if that fails, or something else has its name
     */
    void make() throws IOException;

    /**
     * A new file.
     *
     * @throws IOException if it can't be made
     */
    OutputStream create(String name) throws IOException;

    /**
     * A new file that stays when the process dies: what was flushed can be read then, where the file system is able to.
     *
     * @throws IOException if it can't be made
     */
    OutputStream createLog(String name) throws IOException;

    /**
     * An existing file's bytes.
     *
     * @throws IOException if it can't be opened
     */
    InputStream open(String name) throws IOException;

    /**
     * Gives a file its final name; a file of that name is replaced.
     *
     * @throws IOException if that fails
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file if it is there.
     *
     * @throws IOException if that fails
     */
    void delete(String name) throws IOException;
}
