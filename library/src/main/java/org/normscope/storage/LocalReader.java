package org.normscope.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A local file, read by position. An interrupted thread closes it for all, as {@link FileChannel} does. */
final class LocalReader implements RangeReader {
    // The JDK copies through a direct buffer as large as the request and keeps it per thread.
    private static final int LARGEST_READ = 1 << 20;

    private final FileChannel channel;
    private final long length;

    private LocalReader(FileChannel channel, long length) {
        this.channel = channel;
        this.length = length;
    }

    static LocalReader open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new LocalReader(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        RangeReader.checkRange(length, position, destination, offset, count);
        int done = 0;
        while (done < count) {
            int piece = Math.min(count - done, LARGEST_READ);
            int read = channel.read(ByteBuffer.wrap(destination, offset + done, piece), position + done);
            if (read < 0) {
                throw new EOFException("the file became shorter than " + length + " bytes while it was read");
            }
            done += read;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
