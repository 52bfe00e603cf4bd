package org.normscope.job.spark;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import org.normscope.storage.OutputFolder;

/**
 * A folder on a disk without room for larger files.
 *
 * @param folder where smaller ones go
 * @param room bytes that a file may have
 */
record FullFolder(OutputFolder folder, long room) implements OutputFolder, Serializable {
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

    @Override
    public String location(String name) {
        return folder.location(name);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return folder.open(name);
    }

    @Override
    public void delete(String name) throws IOException {
        folder.delete(name);
    }

    @Override
    public boolean exists(String name) throws IOException {
        return folder.exists(name);
    }

    @Override
    public List<String> list() throws IOException {
        return folder.list();
    }

    @Override
    public void make() throws IOException {
        folder.make();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        folder.rename(from, to);
    }
}
