package org.normscope.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The central directory of a zip archive (PKWARE's APPNOTE.TXT), read by ranges: members are found without reading those before them,
 * and nothing is ever extracted. ZIP64 is read; encrypted members, several disks, duplicate names, members that overlap or have anything
 * between them, and local headers that differ from the directory are not.
 */
public final class ZipDirectory {
    private final String file;
    private final RangeReader in;
    private final byte[] bytes;
    private final Map<String, ZipRecord> records;
    private final Map<String, ZipEntry> entries;

    private ZipDirectory(
            String file, RangeReader in, byte[] bytes, Map<String, ZipRecord> records, Map<String, ZipEntry> entries) {
        this.file = file;
        this.in = in;
        this.bytes = bytes;
        this.records = records;
        this.entries = entries;
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
        ZipEnd said = ZipEnd.find(file, in, start, end);
        byte[] bytes = new byte[said.size()];
        in.readFully(start + said.directory(), bytes, 0, bytes.length);
        Map<String, ZipRecord> records = parse(new Position(file, start + said.directory()), bytes, said);
        Map<String, ZipEntry> entries =
                LocalHeaders.verify(new Position(file, start), in, said.directory(), records.values());
        return new ZipDirectory(file, in, bytes, records, entries);
    }

    private static Map<String, ZipRecord> parse(Position directory, byte[] bytes, ZipEnd said)
            throws BadCheckpointException {
        Map<String, ZipRecord> records = new LinkedHashMap<>();
        ByteBuffer left = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        TensorBudget budget = new TensorBudget(directory.file());
        for (long i = 0; i < said.count(); i++) {
            Position here = new Position(directory.file(), directory.offset() + left.position());
            ZipRecord entry = ZipRecord.next(left, here);
            budget.spend(entry.name());
            here.require(
                    records.put(entry.name(), entry) == null,
                    "two members are called %s; write the archive again",
                    Printable.quoted(entry.name()));
            here.require(
                    entry.header() >= 0 && entry.header() < said.directory(),
                    "member %s begins at %d, outside of the archive",
                    Printable.quoted(entry.name()),
                    entry.header());
        }
        new Position(directory.file(), directory.offset() + left.position())
                .require(
                        !left.hasRemaining(),
                        "%d bytes of the zip directory are behind the %d members that are announced; damaged,"
                                + " download it again",
                        left.remaining(),
                        said.count());
        return records;
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
     * @throws BadCheckpointException if it is encrypted, or compressed in another way than by deflate
     */
    public Optional<ZipEntry> find(String name) throws BadCheckpointException {
        ZipRecord record = records.get(name);
        ZipEntry entry = entries.get(name);
        if (record == null || entry == null) {
            return Optional.empty();
        }
        record.requireReadable(new Position(file, entry.offset()));
        return Optional.of(entry);
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
