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
 * A storage under which the executor that first writes the first shard dies when it reads what belongs into it.
 *
 * @param storage that it really is
 * @param note that it leaves then
 */
record DyingFirstWriter(Storage storage, String note) implements ForwardingStorage, Serializable {
    @Override
    public RangeReader open(String location) throws IOException {
        TaskContext task = TaskContext.get();
        RangeReader in = storage.open(location);
        boolean dies = task != null && task.stageId() == 0 && task.partitionId() == 0 && !Files.exists(Path.of(note));
        return dies ? new Dying(in, Path.of(note)) : in;
    }

    private record Dying(RangeReader in, Path note) implements RangeReader {
        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] target, int offset, int count) throws IOException {
            Files.createFile(note);
            Runtime.getRuntime().halt(9);
            in.readFully(position, target, offset, count);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
