package org.normscope.format.numpy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.normscope.format.HeaderInput;
import org.normscope.format.ZipDirectory;
import org.normscope.format.ZipEntry;
import org.normscope.storage.BytesReader;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.StoredTensor;

/** The arrays in a zip archive. Of a deflated one only so much is inflated as its header can have. */
final class Npz {
    private static final String SUFFIX = ".npy";
    private static final int MOST_NOTES = 10;

    private final String file;
    private final RangeReader in;
    private final Sha256 sha256 = new Sha256();

    private Npz(String file, RangeReader in) {
        this.file = file;
        this.in = in;
    }

    static NumpyFormat.Found read(String file, RangeReader in) throws BadCheckpointException, IOException {
        return new Npz(file, in).read();
    }

    private NumpyFormat.Found read() throws BadCheckpointException, IOException {
        ZipDirectory directory = ZipDirectory.read(file, in, 0, in.length());
        sha256.add(directory.bytes());
        List<StoredTensor> tensors = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        int others = 0;
        for (String name : directory.names()) {
            if (name.endsWith(SUFFIX)) {
                ZipEntry entry = directory.find(name).orElseThrow();
                tensors.add(tensor(name.substring(0, name.length() - SUFFIX.length()), entry));
            } else if (others++ < MOST_NOTES) {
                notes.add("member " + Printable.quoted(name) + " is no array and is not read");
            }
        }
        if (others > MOST_NOTES) {
            notes.add((others - MOST_NOTES) + " more members are no arrays and are not read");
        }
        tensors.sort(Comparator.comparingLong(StoredTensor::offset));
        return new NumpyFormat.Found("npz", tensors, notes, sha256.hex());
    }

    private StoredTensor tensor(String name, ZipEntry entry) throws BadCheckpointException, IOException {
        Position here = new Position(file, entry.offset());
        String shown = Printable.quoted(entry.name());
        byte[] head = entry.isDeflated() ? inflated(entry) : stored(entry);
        HeaderInput header = new HeaderInput(file + "!" + Printable.quoted(entry.name()), new BytesReader(head));
        NpyHeader npy = NpyHeader.read(header);
        sha256.add(head, 0, (int) npy.data());
        here.require(
                npy.bytes() == entry.size() - npy.data(),
                "member %s: an array %s of '%s' has %d bytes, the member %d behind its header; save it again",
                shown,
                npy.shape(),
                npy.descr().text(),
                npy.bytes(),
                entry.size() - npy.data());
        return new StoredTensor(name, npy.dtype(), npy.shape(), layout(npy, entry));
    }

    private static Layout layout(NpyHeader npy, ZipEntry entry) {
        if (!entry.isDeflated()) {
            return npy.layout(entry.offset() + npy.data());
        }
        if (npy.dtype() == DType.OPAQUE) {
            return new Layout.Opaque(0, entry.offset(), npy.bytes(), npy.descr().text());
        }
        return new Layout.Deflated(
                0, entry.offset(), entry.stored(), entry.size(), entry.crc(), npy.strided(npy.data()));
    }

    private static int headBytes(long size) {
        return (int) Math.min(NpyHeader.PREFIX + NpyHeader.LONGEST, size);
    }

    private byte[] stored(ZipEntry entry) throws IOException {
        byte[] head = new byte[headBytes(entry.size())];
        in.readFully(entry.offset(), head, 0, head.length);
        return head;
    }

    private byte[] inflated(ZipEntry entry) throws BadCheckpointException, IOException {
        byte[] deflated = new byte[(int) Math.min(2 * (NpyHeader.PREFIX + NpyHeader.LONGEST), entry.stored())];
        in.readFully(entry.offset(), deflated, 0, deflated.length);
        byte[] head = new byte[headBytes(entry.size())];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            int done = 0;
            for (int more = 1; more > 0 && done < head.length; done += more) {
                more = inflater.inflate(head, done, head.length - done);
            }
            new Position(file, entry.offset())
                    .require(
                            done == head.length,
                            "the deflate stream of member %s ends after %d bytes, not %d; download it again",
                            Printable.quoted(entry.name()),
                            done,
                            entry.size());
            return head;
        } catch (DataFormatException e) {
            throw new Position(file, entry.offset())
                    .because(
                            "the deflate stream of member %s is damaged; download it again",
                            Printable.quoted(entry.name()));
        } finally {
            inflater.end();
        }
    }
}
