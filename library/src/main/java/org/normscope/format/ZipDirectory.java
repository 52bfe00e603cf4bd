package org.normscope.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The central directory of a zip archive (PKWARE's APPNOTE.TXT), read by ranges: members are found without reading those before them,
 * and nothing is ever extracted. ZIP64 is read; encrypted members, several disks, duplicate names and members that overlap are not.
 */
public final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int COMMENT = 0xffff;
    private static final int LARGEST_DIRECTORY = 64 << 20;
    private static final int ENCRYPTED = 0x2041;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int LONGEST_DESCRIPTOR = 24;

    private final String file;
    private final RangeReader in;
    private final long start;
    private final long directory;
    private final byte[] bytes;
    private final Map<String, ZipRecord> records = new LinkedHashMap<>();
    private final NavigableSet<Long> headers = new TreeSet<>();

    private ZipDirectory(String file, RangeReader in, long start, long directory, byte[] bytes) {
        this.file = file;
        this.in = in;
        this.start = start;
        this.directory = directory;
        this.bytes = bytes;
    }

    /**
     * Reads the directory of an archive.
     *
     * @param file its name for messages
     * @param in the open file that holds it
     * @param start offset of its first byte
     * @param end offset behind its last byte
     * @throws BadCheckpointException if there is none, or it is wrong
     * @throws IOException if the storage fails
     */
    public static ZipDirectory read(String file, RangeReader in, long start, long end)
            throws BadCheckpointException, IOException {
        byte[] tail = new byte[(int) Math.min(end - start, END_BYTES + COMMENT)];
        in.readFully(end - tail.length, tail, 0, tail.length);
        ByteBuffer buffer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        int at = tail.length - END_BYTES;
        while (at >= 0
                && !(buffer.getInt(at) == END && at + END_BYTES + (buffer.getShort(at + 20) & 0xffff) == tail.length)) {
            at--;
        }
        Position last = new Position(file, end);
        last.require(at >= 0, "a zip archive without the directory at its end: truncated, download it again");
        long place = end - tail.length + at;
        Position here = new Position(file, place);
        int disks = buffer.getShort(at + 4) | buffer.getShort(at + 6);
        long count = buffer.getShort(at + 10) & 0xffff;
        long size = buffer.getInt(at + 12) & 0xffffffffL;
        long offset = buffer.getInt(at + 16) & 0xffffffffL;
        if (count == 0xffff || size == 0xffffffffL || offset == 0xffffffffL || disks == -1) {
            ByteBuffer wide = zip64End(file, in, start, place);
            disks = wide.getInt(16) | wide.getInt(20);
            count = wide.getLong(32);
            size = wide.getLong(40);
            offset = wide.getLong(48);
        }
        here.require(disks == 0, "a zip archive over several disks; join it");
        here.require(
                offset >= 0 && size >= 0 && size <= place - start && offset <= place - start - size,
                "the zip directory of %d bytes at %d lies outside of the archive",
                size,
                offset);
        here.require(size <= LARGEST_DIRECTORY, "the zip directory of %d bytes exceeds %d", size, LARGEST_DIRECTORY);
        byte[] bytes = new byte[(int) size];
        in.readFully(start + offset, bytes, 0, bytes.length);
        ZipDirectory directory = new ZipDirectory(file, in, start, start + offset, bytes);
        directory.parse(count);
        return directory;
    }

    private static ByteBuffer zip64End(String file, RangeReader in, long start, long end)
            throws BadCheckpointException, IOException {
        Position here = new Position(file, end);
        here.require(end - start >= ZIP64_LOCATOR_BYTES, "no ZIP64 record before the end of the archive");
        ByteBuffer locator = buffer(in, end - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
        here.require(locator.getInt(0) == ZIP64_LOCATOR, "no ZIP64 record before the end of the archive");
        long offset = locator.getLong(8);
        here.require(
                offset >= 0 && offset <= end - start - ZIP64_END_BYTES,
                "the ZIP64 record at %d lies outside of the archive",
                offset);
        ByteBuffer wide = buffer(in, start + offset, ZIP64_END_BYTES);
        new Position(file, start + offset).require(wide.getInt(0) == ZIP64_END, "not a ZIP64 record");
        return wide;
    }

    private static ByteBuffer buffer(RangeReader in, long position, int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(position, bytes, 0, count);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void parse(long count) throws BadCheckpointException {
        ByteBuffer left = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        TensorBudget budget = new TensorBudget(file);
        for (long i = 0; i < count; i++) {
            Position here = new Position(file, directory + left.position());
            ZipRecord entry = ZipRecord.next(left, here);
            budget.spend(entry.name());
            here.require(
                    records.put(entry.name(), entry) == null,
                    "two members are called %s; write the archive again",
                    Printable.quoted(entry.name()));
            here.require(
                    entry.header() >= 0 && entry.header() <= directory - start - LOCAL_BYTES,
                    "member %s begins at %d, outside of the archive",
                    Printable.quoted(entry.name()),
                    entry.header());
        }
        new Position(file, directory + left.position())
                .require(
                        !left.hasRemaining(),
                        "%d bytes of the zip directory are behind the %d members that are announced; damaged,"
                                + " download it again",
                        left.remaining(),
                        count);
        requireNoOverlap();
    }

    private void requireNoOverlap() throws BadCheckpointException {
        @Nullable ZipRecord before = null;
        for (ZipRecord entry :
                records.values().stream().sorted(ZipRecord.BY_PLACE).toList()) {
            long free = before == null ? 0 : before.header() + LOCAL_BYTES + before.stored();
            new Position(file, start + entry.header())
                    .require(
                            before == null || (free >= 0 && entry.header() >= free),
                            "member %s overlaps the one before it",
                            Printable.quoted(entry.name()));
            before = entry;
            headers.add(entry.header());
        }
    }

    /** Names of all members, in the order of the directory. */
    public Iterable<String> names() {
        return records.keySet();
    }

    /** The bytes of the directory itself. Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * A member, if there is one of this name.
     *
     * @throws BadCheckpointException if its local header says something else, or it can't be read
     * @throws IOException if the storage fails
     */
    public Optional<ZipEntry> find(String name) throws BadCheckpointException, IOException {
        ZipRecord entry = records.get(name);
        return entry == null ? Optional.empty() : Optional.of(confirmed(entry));
    }

    private ZipEntry confirmed(ZipRecord entry) throws BadCheckpointException, IOException {
        byte[] name = entry.name().getBytes(entry.isUtf8() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        Position here = new Position(file, start + entry.header());
        String shown = Printable.quoted(entry.name());
        here.require(entry.header() + LOCAL_BYTES + name.length <= directory - start, "member %s has no header", shown);
        ByteBuffer local = buffer(in, start + entry.header(), LOCAL_BYTES + name.length);
        here.require(local.getInt(0) == LOCAL, "member %s has no header here", shown);
        here.require(
                ((local.getShort(6) | entry.flags()) & ENCRYPTED) == 0,
                "member %s is encrypted; decrypt it first",
                shown);
        int method = local.getShort(8);
        here.require(
                method == entry.method() && (method == STORED || method == DEFLATED),
                "member %s is compressed by method %d, the directory says %d; only stored and deflated ones are read",
                shown,
                method,
                entry.method());
        here.require(
                (local.getShort(26) & 0xffff) == name.length
                        && ByteBuffer.wrap(name).equals(local.slice(LOCAL_BYTES, name.length)),
                "the directory calls this member %s, its own header otherwise",
                shown);
        long offset = entry.header() + LOCAL_BYTES + name.length + (local.getShort(28) & 0xffff);
        here.require(
                entry.stored() >= 0 && offset <= directory - start - entry.stored(),
                "member %s of %d bytes ends behind the archive's data: truncated, download it again",
                shown,
                entry.stored());
        here.require(
                method == DEFLATED ? entry.canBeInflated() : entry.stored() == entry.size(),
                "member %s takes %d bytes and has %d; damaged, download it again",
                shown,
                entry.stored(),
                entry.size());
        LocalHeader.requireSame(local, entry, here);
        requireNoGap(entry, offset + entry.stored(), here);
        return new ZipEntry(
                entry.name(), method == DEFLATED, entry.crc(), start + offset, entry.stored(), entry.size());
    }

    /** What lies behind a member is the next one, or the directory; at most a data descriptor is between. */
    private void requireNoGap(ZipRecord entry, long end, Position here) throws BadCheckpointException {
        Long next = headers.higher(entry.header());
        long gap = (next == null ? directory - start : next) - end;
        here.require(
                gap >= 0 && gap <= (LocalHeader.hasDescriptor(entry) ? LONGEST_DESCRIPTOR : 0),
                "member %s ends %d bytes before the next one: %s; damaged, write the archive again",
                Printable.quoted(entry.name()),
                gap,
                gap < 0 ? "they overlap" : "there is a gap");
    }

    /**
     * The whole content of a small member, with its checksum verified.
     *
     * @param most bytes that are acceptable
     * @throws BadCheckpointException if it is larger, or damaged
     * @throws IOException if the storage fails
     */
    public byte[] content(ZipEntry entry, int most) throws BadCheckpointException, IOException {
        Position here = new Position(file, entry.offset());
        String shown = Printable.quoted(entry.name());
        here.require(
                entry.size() >= 0 && entry.size() <= most && entry.stored() <= 2L * most + (1 << 10),
                "member %s has %d bytes, more than %d",
                shown,
                entry.size(),
                most);
        byte[] stored = new byte[(int) entry.stored()];
        in.readFully(entry.offset(), stored, 0, stored.length);
        byte[] content = entry.isDeflated() ? inflated(stored, (int) entry.size(), here) : stored;
        CRC32 crc = new CRC32();
        crc.update(content);
        here.require(
                crc.getValue() == entry.crc(),
                "member %s is damaged: its checksum is another; download it again",
                shown);
        return content;
    }

    private static byte[] inflated(byte[] deflated, int size, Position here) throws BadCheckpointException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            byte[] content = new byte[size];
            int count = 0;
            int more = 1;
            while (count < size && more > 0) {
                more = inflater.inflate(content, count, size - count);
                count += more;
            }
            here.require(
                    count == size && (inflater.finished() || inflater.inflate(new byte[1]) == 0),
                    "the deflate stream has not the %d bytes that the directory says",
                    size);
            return content;
        } catch (DataFormatException e) {
            throw here.because("the deflate stream is damaged; download it again");
        } finally {
            inflater.end();
        }
    }
}
