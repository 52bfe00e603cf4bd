package org.normscope.job.spark;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import org.normscope.storage.OutputFolder;
import org.normscope.testing.ForwardingFolder;

/**
 * A folder on a disk without room for larger files.
 *
 * @param folder where smaller ones go
 * @param room bytes that a file may have
 */
record FullFolder(OutputFolder folder, long room) implements ForwardingFolder, Serializable {
    @Override
    public OutputStream create(String name) throws IOException {
        return new FilterOutputStream(folder.create(name)) {
            private long left = room;

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                if (count > left) {
                    throw new IOException("No space left on device");
                }
                left -= count;
                out.write(bytes, offset, count);
            }
        };
    }
}
