package org.normscope.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Files that appear in a folder complete or not at all: written under temporary names and renamed at the end. When the process is
 * told to stop, the temporary files go; a process that is killed leaves them, and their names begin with a dot.
 */
public final class Publication implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final OutputFolder folder;
    private final Existing existing;
    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, String> temporaryNames = new LinkedHashMap<>();
    private final Scratch scratch = new Scratch();
    private final Thread atExit = new Thread(this::end, "normscope-discard");
    private boolean ended;
    private boolean shared;

    private Publication(OutputFolder folder, Existing existing) {
        this.folder = folder;
        this.existing = existing;
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
        Publication publication = new Publication(folder, existing);
        publication.refuseExisting(names);
        folder.make();
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

    private void refuseExisting(Collection<String> names) throws IOException {
        for (String name : names) {
            if (existing == Existing.REFUSED && folder.exists(name)) {
                throw new FileAlreadyExistsException(folder.location(name));
            }
        }
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
        String temporary = temporaryName(name, mark);
        synchronized (temporaryNames) {
            refuseWhenEnded();
            temporaryNames.put(name, temporary);
            return scratch.create(temporary);
        }
    }

    /** The name of a file that isn't visible yet. */
    public static String temporaryName(String name, String mark) {
        return "." + name + "." + mark + ".tmp";
    }

    /** What the marks of temporary files that others write for this publication must begin with. */
    public String mark() {
        synchronized (temporaryNames) {
            shared = true;
            return mark;
        }
    }

    /**
     * Where they write them: in this process until it is told to stop. Sent to another machine it is the folder there.
     */
    public TemporaryFiles scratch() {
        return scratch;
    }

    /**
     * Takes over a file that was written elsewhere, complete, under a temporary name.
     *
     * @throws IOException if this machine doesn't see it, or the process is ending
     */
    public void adopt(String name, String temporary) throws IOException {
        synchronized (temporaryNames) {
            refuseWhenEnded();
            if (!folder.exists(temporary)) {
                throw new IOException(
                        folder.location(name)
                                + ": is written, but not where this machine looks; give a folder that all machines of the cluster share");
            }
            folder.deleteAtExit(temporary);
            temporaryNames.put(name, temporary);
        }
    }

    /**
     * The storage as it will be when all files have their names.
     *
     * @param location of the folder
     * @param removed names that will be gone then
     */
    public Storage unpublished(Storage storage, String location, Set<String> removed) {
        synchronized (temporaryNames) {
            return new UnpublishedStorage(storage, location, temporaryNames, removed);
        }
    }

    /**
     * Gives all files their names, in the order in which they were written. A process that is told to stop meanwhile stops
     * afterwards: all of them appear, or none. Of several files none lies beside the older ones that others replace.
     *
     * @throws FileAlreadyExistsException if somebody else wrote one of them meanwhile, and it may not be replaced
     * @throws IOException if that fails, or the process is ending
     */
    public void publish() throws IOException {
        synchronized (temporaryNames) {
            refuseWhenEnded();
            refuseExisting(temporaryNames.keySet());
            if (temporaryNames.size() > 1) {
                List<String> replaced = new ArrayList<>(temporaryNames.keySet());
                Collections.reverse(replaced);
                delete(replaced);
            }
            List<String> visible = new ArrayList<>();
            try {
                for (Map.Entry<String, String> file : temporaryNames.entrySet()) {
                    folder.rename(file.getValue(), file.getKey());
                    visible.add(file.getKey());
                }
            } catch (IOException e) {
                deleteIfPossible(visible);
                throw e;
            }
            temporaryNames.clear();
        }
    }

    private void delete(List<String> names) throws IOException {
        for (String name : names) {
            folder.delete(name);
        }
    }

    private void deleteIfPossible(Collection<String> names) {
        for (String name : names) {
            try {
                folder.delete(name);
            } catch (IOException e) {
                // The folder is out of reach: nobody can do anything about it now.
                continue;
            }
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
            deleteIfPossible(temporaryNames.values());
            temporaryNames.clear();
            if (shared) {
                deleteIfPossible(leftBehind());
            }
        }
    }

    /** Temporary files that nobody gave up: of attempts that were killed, or came second. */
    private List<String> leftBehind() {
        try {
            return folder.list().stream()
                    .filter(name -> name.startsWith(".") && name.contains("." + mark) && name.endsWith(".tmp"))
                    .toList();
        } catch (IOException e) {
            // The folder is out of reach, or gone.
            return List.of();
        }
    }

    /** The folder, as long as the process isn't ending. */
    private final class Scratch implements TemporaryFiles, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public String location(String name) {
            return folder.location(name);
        }

        @Override
        public OutputStream create(String name) throws IOException {
            synchronized (temporaryNames) {
                refuseWhenEnded();
                OutputStream out = folder.create(name);
                folder.deleteAtExit(name);
                return out;
            }
        }

        @Override
        public InputStream open(String name) throws IOException {
            return folder.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            folder.delete(name);
        }

        private Object writeReplace() {
            return folder;
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
