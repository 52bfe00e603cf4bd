package org.normscope.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A folder that files are written to. What is flushed to a file can be read when the process has died, where the file system is able to
 * do that. Implementations are serializable, and name the same folder on every machine that has the file system.
 */
public interface OutputFolder extends TemporaryFiles {
    /**
     * Whether there is something of this name.
     *
     * @throws IOException if the file system can't tell
     */
    boolean exists(String name) throws IOException;

    /**
     * The names of all that lies in the folder, in any order.
     *
     * @throws IOException if there is no such folder, or it can't be read
     */
    List<String> list() throws IOException;

    /**
     * Makes the folder, and those above it, if it isn't there.
     *
     * @throws IOException if that fails, or something else has its name
     */
    void make() throws IOException;

    /**
     * Asks that a file be deleted when this process ends, unless it is renamed or deleted before. Only where the file system would go
     * before the process could do that itself: there the exit hooks of others come too late.
     *
     * @throws IOException if the file system refuses
     */
    default void deleteAtExit(String name) throws IOException {}

    /**
     * Gives a file its final name; a file of that name is replaced.
     *
     * @throws IOException if that fails
     */
    void rename(String from, String to) throws IOException;

    /** {@inheritDoc} It stays when the process ends. */
    @Override
    OutputStream create(String name) throws IOException;
}
