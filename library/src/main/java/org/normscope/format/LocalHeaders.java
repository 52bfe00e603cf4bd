package org.normscope.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The members of an archive as the headers before their data and the descriptors behind them say: the same as the directory, and from the
 * first byte of the archive to the directory without a gap. So no damage moves a member's data unseen.
 */
final class LocalHeaders {
    private final String file;
    private final RangeReader in;
    private final long start;
    private final long directory;
    private final Map<String, ZipEntry> entries = new HashMap<>();

    private LocalHeaders(String file, RangeReader in, long start, long directory) {
        this.file = file;
        this.in = in;
        this.start = start;
        this.directory = directory;
    }

    /**
     * Reads the headers of all members, with one request for each.
     *
     * @param archive its name for messages and the offset of its first byte in the file
     * @param directory bytes from there to the directory
     * @param records what the directory says of the members, whose names differ
     * @return the members by name
     */
    static Map<String, ZipEntry> verify(Position archive, RangeReader in, long directory, Collection<ZipRecord> records)
            throws BadCheckpointException, IOException {
        LocalHeaders headers = new LocalHeaders(archive.file(), in, archive.offset(), directory);
        List<ZipRecord> placed = records.stream().sorted(ZipRecord.BY_PLACE).toList();
        Border border = headers.border(placed, 0);
        archive.require(
                border.place == 0,
                "%d bytes before the first member belong to nobody; write the archive again",
                border.place);
        for (int i = 0; i < placed.size(); i++) {
            Border next = headers.border(placed, i + 1);
            headers.verify(placed.get(i), border, next);
            border = next;
        }
        return headers.entries;
    }

    /**
     * Where a member begins, or the directory.
     *
     * @param place bytes from the start of the archive to it
     * @param before the last bytes before it, as many as a descriptor can have
     * @param header the header and the name there; less if the directory begins before their end
     */
    private record Border(long place, ByteBuffer before, ByteBuffer header) {}

    private Border border(List<ZipRecord> placed, int index) throws IOException {
        boolean isMember = index < placed.size();
        long place = isMember ? placed.get(index).header() : directory;
        int before = (int) Math.min(place, LocalHeader.LONGEST_DESCRIPTOR);
        int header = (int) Math.min(directory - place, isMember ? LocalHeader.bytes(placed.get(index)) : 0);
        byte[] bytes = new byte[before + header];
        in.readFully(start + place - before, bytes, 0, bytes.length);
        return new Border(place, buffer(bytes, 0, before), buffer(bytes, before, header));
    }

    private static ByteBuffer buffer(byte[] bytes, int offset, int count) {
        return ByteBuffer.wrap(bytes, offset, count).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void verify(ZipRecord record, Border border, Border next) throws BadCheckpointException {
        Position here = new Position(file, start + record.header());
        String shown = Printable.quoted(record.name());
        here.require(
                record.header() <= next.place - LocalHeader.bytes(record),
                "member %s overlaps what follows at %d",
                shown,
                start + next.place);
        LocalHeader local = LocalHeader.of(border.header, record, here);
        long data = record.header() + local.bytes();
        long rest = next.place - data - record.stored();
        here.require(
                record.stored() >= 0 && record.stored() <= directory && rest >= 0,
                "member %s of %d bytes overlaps what follows at %d",
                shown,
                record.stored(),
                start + next.place);
        int descriptor = local.descriptor(record, next.before, here);
        here.require(
                rest == descriptor,
                "%d bytes between the end of member %s and what follows, of which its descriptor takes %d; damaged, write the"
                        + " archive again",
                rest,
                shown,
                descriptor);
        entries.put(record.name(), record.entry(start + data));
    }
}
