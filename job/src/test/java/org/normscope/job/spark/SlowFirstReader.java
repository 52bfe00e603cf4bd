package org.normscope.job.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.TaskContext;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/**
 * A storage from which the first task of the first stage reads slowly, unless it is a copy; both leave a note when they begin, the copy
 * after that.
 *
 * @param storage that it really is
 * @param notes folder of the notes
 */
record SlowFirstReader(Storage storage, String notes) implements ForwardingStorage, Serializable {
    private static final int MILLIS = 60_000;

    @Override
    public RangeReader open(String location) throws IOException {
        TaskContext task = TaskContext.get();
        if (task == null || task.stageId() != 0 || task.partitionId() != 0) {
            return storage.open(location);
        }
        Path note = Path.of(notes, task.attemptNumber() + "-began");
        if (!Files.exists(note)) {
            Files.createFile(note);
        }
        RangeReader in = storage.open(location);
        return task.attemptNumber() == 0 ? new Slow(in) : in;
    }

    /** Stands still until Spark ends the task, for its copy was faster. */
    private record Slow(RangeReader in) implements RangeReader {
        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] target, int offset, int count) throws IOException {
            try {
                Thread.sleep(MILLIS);
            } catch (InterruptedException e) {
                throw new IOException("overtaken", e);
            }
            in.readFully(position, target, offset, count);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
