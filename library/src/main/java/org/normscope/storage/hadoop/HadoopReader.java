package org.normscope.storage.hadoop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.util.functional.FutureIO;
import org.normscope.storage.Pieces;
import org.normscope.storage.RangeReader;

/**
 * A file of a Hadoop file system, read by position; its cursor is never moved.
 *
 * @param location for messages
 */
record HadoopReader(String location, FSDataInputStream in, long length) implements RangeReader {
    /** Pieces asked for together: an object store answers several at a time, and each needs a buffer. */
    private static final int TOGETHER = 256;

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        RangeReader.checkRange(length, position, destination, offset, count);
        HadoopFailure.explained(location, () -> {
            in.readFully(position, destination, offset, count);
            return count;
        });
    }

    @Override
    public void readPieces(Pieces pieces, byte[] destination) throws IOException {
        pieces.check(length, destination);
        for (int first = 0; first < pieces.count(); first += TOGETHER) {
            int from = first;
            int to = Math.min(pieces.count(), first + TOGETHER);
            HadoopFailure.explained(location, () -> {
                readTogether(pieces, from, to, destination);
                return to;
            });
        }
    }

    private void readTogether(Pieces pieces, int from, int to, byte[] destination) throws IOException {
        List<FileRange> ranges = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ranges.add(FileRange.createFileRange(pieces.position(i), pieces.bytes()));
        }
        in.readVectored(ranges, ByteBuffer::allocate);
        for (int i = from; i < to; i++) {
            FutureIO.awaitFuture(ranges.get(i - from).getData()).get(destination, i * pieces.bytes(), pieces.bytes());
        }
    }

    @Override
    public List<byte[]> readRanges(List<Range> ranges) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (int first = 0; first < ranges.size(); first += TOGETHER) {
            List<Range> together = ranges.subList(first, Math.min(ranges.size(), first + TOGETHER));
            for (Range range : together) {
                range.requireWithin(length);
            }
            contents.addAll(HadoopFailure.explained(location, () -> readTogether(together)));
        }
        return contents;
    }

    private List<byte[]> readTogether(List<Range> ranges) throws IOException {
        List<FileRange> asked = new ArrayList<>();
        for (Range range : ranges) {
            asked.add(FileRange.createFileRange(range.position(), range.bytes()));
        }
        in.readVectored(asked, ByteBuffer::allocate);
        List<byte[]> contents = new ArrayList<>();
        for (FileRange range : asked) {
            byte[] content = new byte[range.getLength()];
            FutureIO.awaitFuture(range.getData()).get(content);
            contents.add(content);
        }
        return contents;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
