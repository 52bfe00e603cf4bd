package org.normscope.storage.hadoop;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.normscope.storage.RangeReader;

/** A file of a Hadoop file system, read by position; its cursor is never moved. */
record HadoopReader(FSDataInputStream in, long length) implements RangeReader {
    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        RangeReader.checkRange(length, position, destination, offset, count);
        in.readFully(position, destination, offset, count);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
