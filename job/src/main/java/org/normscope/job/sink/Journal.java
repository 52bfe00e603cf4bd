package org.normscope.job.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.report.JournalContent;
import org.normscope.report.JournalKey;
import org.normscope.storage.OutputFolder;

/**
 * {@code audit-1.journal}, {@code audit-2.journal} ...: the finished tensors of an audit, beside the report until it is written. Every
 * run writes a file of its own, made with its first result and flushed line by line, so that nothing written is ever changed.
 */
public final class Journal implements AutoCloseable {
    private final OutputFolder folder;
    private final JournalContent content = new JournalContent();
    private int parts;
    private int outdated;
    private @Nullable JournalKey key;
    private @Nullable OutputStream out;
    private @Nullable IOException failure;

    private Journal(OutputFolder folder) {
        this.folder = folder;
    }

    /**
     * Reads what an interrupted audit left in a folder, if anything.
     *
     * @throws IOException if it can't be read
     */
    public static Journal in(OutputFolder folder) throws IOException {
        Journal journal = new Journal(folder);
        while (folder.exists(name(journal.parts + 1))) {
            journal.parts++;
            try (InputStream part = folder.open(name(journal.parts))) {
                journal.content.read(part);
            }
        }
        return journal;
    }

    private static String name(int part) {
        return "audit-" + part + ".journal";
    }

    /** What was read. */
    public JournalContent content() {
        return content;
    }

    /** Where it lies. */
    public String location() {
        return folder.location(name(1));
    }

    /** Goes on: results are added to what is there. */
    public synchronized void goOn(JournalKey ofAudit) {
        key = ofAudit;
    }

    /** Starts afresh: the first result replaces what is there. */
    public synchronized void startAfresh(JournalKey ofAudit) {
        key = ofAudit;
        outdated = parts;
    }

    /** Takes a result; one that failed isn't kept, for another try may succeed. Never fails, see {@link #failure}. */
    public synchronized void add(TaskResult result) {
        if (failure != null || result.outcome().status() == Status.FAILED) {
            return;
        }
        try {
            OutputStream stream = out == null ? begin() : out;
            out = stream;
            stream.write(JournalContent.line(result));
            stream.flush();
        } catch (IOException e) {
            failure = e;
        }
    }

    private OutputStream begin() throws IOException {
        if (key == null) {
            throw new IOException("nobody said what the journal belongs to");
        }
        delete(outdated);
        outdated = 0;
        if (folder.exists(name(parts + 1))) {
            throw new IOException(folder.location(name(parts + 1))
                    + " is another audit's, running now; give every audit a folder of its own");
        }
        OutputStream stream = folder.create(name(parts + 1));
        parts++;
        stream.write(JournalContent.line(key));
        return stream;
    }

    /** Why results aren't kept, if that failed. */
    public synchronized Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Deletes it: the report is written.
     *
     * @throws IOException if that fails
     */
    public synchronized void remove() throws IOException {
        close();
        delete(parts);
    }

    /** The last one first: what is left when this is interrupted is still the beginning of a journal. */
    private void delete(int count) throws IOException {
        for (int part = count; part > 0; part--) {
            folder.delete(name(part));
        }
        parts -= count;
    }

    /** Ends writing; what is written stays. */
    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
