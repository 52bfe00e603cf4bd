package org.normscope.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Files that appear in a folder complete or not at all: written under temporary names and renamed at the end. When the process is
 * told to stop, the temporary files go.
 */
public final class Publication implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final OutputFolder folder;
    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, String> temporaryNames = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::end, "normscope-discard");
    private boolean ended;

    private Publication(OutputFolder folder) {
        this.folder = folder;
    }

    /** Writes the content of a file. */
    public interface Content {
        /**
         * Writes all of it.
         *
         * @throws IOException if its source or the stream fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes the folder and tries whether it can be written to, before anything is computed.
     *
     * @param names the files that will be written
     * @throws FileAlreadyExistsException if one of them exists and may not be replaced
     * @throws IOException if the folder can't be used
     */
    public static Publication prepare(OutputFolder folder, List<String> names, Existing existing) throws IOException {
        for (String name : names) {
            if (existing == Existing.REFUSED && folder.exists(name)) {
                throw new FileAlreadyExistsException(folder.location(name));
            }
        }
        folder.make();
        Publication publication = new Publication(folder);
        Runtime.getRuntime().addShutdownHook(publication.atExit);
        try {
            publication.write("probe", out -> {});
        } catch (IOException e) {
            publication.close();
            throw e;
        }
        publication.discard();
        return publication;
    }

    /**
     * Writes a file that isn't visible yet.
     *
     * @throws IOException if that fails, or the process is ending
     */
    public void write(String name, Content content) throws IOException {
        try (OutputStream out = new BufferedOutputStream(create(name), BUFFER)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new IOException(folder.location(name) + ": writing it failed: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file that was written and isn't visible yet.
     *
     * @throws IOException if there is none, or it can't be opened
     */
    public InputStream read(String name) throws IOException {
        synchronized (temporaryNames) {
            String temporary = temporaryNames.get(name);
            if (temporary == null) {
                throw new IOException(folder.location(name) + ": was not written");
            }
            return folder.open(temporary);
        }
    }

    private OutputStream create(String name) throws IOException {
        String temporary = "." + name + "." + mark + ".tmp";
        synchronized (temporaryNames) {
            refuseWhenEnded();
            temporaryNames.put(name, temporary);
            return folder.create(temporary);
        }
    }

    /**
     * Gives all files their names, in the order in which they were written. A process that is told to stop meanwhile stops
     * afterwards: all of them appear, or none.
     *
     * @throws IOException if that fails, or the process is ending
     */
    public void publish() throws IOException {
        synchronized (temporaryNames) {
            refuseWhenEnded();
            for (Map.Entry<String, String> file : temporaryNames.entrySet()) {
                folder.rename(file.getValue(), file.getKey());
            }
            temporaryNames.clear();
        }
    }

    private void refuseWhenEnded() throws IOException {
        if (ended) {
            throw new IOException("the process is ending");
        }
    }

    /** Takes back what is written, for good: the other threads run on until the process is gone, and must not write again. */
    public void end() {
        synchronized (temporaryNames) {
            ended = true;
            discard();
        }
    }

    private void discard() {
        synchronized (temporaryNames) {
            for (String temporary : temporaryNames.values()) {
                try {
                    folder.delete(temporary);
                } catch (IOException e) {
                    // The folder is out of reach: nobody can do anything about it now.
                    continue;
                }
            }
            temporaryNames.clear();
        }
    }

    /** Takes back what isn't published. */
    @Override
    public void close() {
        discard();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs anyway.
            return;
        }
    }
}
