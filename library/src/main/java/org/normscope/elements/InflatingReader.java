package org.normscope.elements;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.Layout;

/**
 * The data of a deflate stream as if it were a file. Reading forwards inflates every byte once, going back begins anew. Who reads the last
 * byte learns whether the checksum of all is right.
 */
final class InflatingReader implements RangeReader {
    private static final int CHUNK = 1 << 16;

    private final RangeReader file;
    private final Layout.Deflated stream;
    private final byte[] deflated = new byte[CHUNK];
    private final byte[] skipped = new byte[CHUNK];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private long taken;
    private long position;

    /** @param file closed with this */
    InflatingReader(RangeReader file, Layout.Deflated stream) {
        this.file = file;
        this.stream = stream;
    }

    @Override
    public long length() {
        return stream.inflated();
    }

    @Override
    public synchronized void readFully(long from, byte[] destination, int offset, int count) throws IOException {
        RangeReader.checkRange(length(), from, destination, offset, count);
        if (from < position) {
            inflater.reset();
            crc.reset();
            taken = 0;
            position = 0;
        }
        while (position < from) {
            inflate(skipped, 0, (int) Math.min(CHUNK, from - position));
        }
        int done = 0;
        while (done < count) {
            done += inflate(destination, offset + done, count - done);
        }
    }

    /** At least one byte. */
    private int inflate(byte[] target, int offset, int most) throws IOException {
        try {
            int count = inflater.inflate(target, offset, most);
            while (count == 0) {
                if (inflater.finished() || inflater.needsDictionary() || !feed()) {
                    throw new EOFException("the deflate stream at byte " + stream.offset() + " ends after " + position
                            + " bytes, not " + stream.inflated() + "; write the file again");
                }
                count = inflater.inflate(target, offset, most);
            }
            position += count;
            crc.update(target, offset, count);
            requireChecksum();
            return count;
        } catch (DataFormatException e) {
            throw new IOException(
                    "the deflate stream at byte " + stream.offset() + " is damaged; write the file again", e);
        }
    }

    private void requireChecksum() throws IOException {
        if (position == stream.inflated() && crc.getValue() != stream.crc()) {
            throw new IOException("the data of the deflate stream at byte " + stream.offset()
                    + " are damaged: their checksum is another; download the file again");
        }
    }

    private boolean feed() throws IOException {
        int count = (int) Math.min(CHUNK, stream.deflated() - taken);
        if (count == 0) {
            return false;
        }
        file.readFully(stream.offset() + taken, deflated, 0, count);
        taken += count;
        inflater.setInput(deflated, 0, count);
        return true;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        file.close();
    }
}
