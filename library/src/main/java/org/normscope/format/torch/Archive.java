package org.normscope.format.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.Unpickler;
import org.normscope.format.ZipDirectory;
import org.normscope.format.ZipEntry;
import org.normscope.storage.BytesReader;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Printable;

/**
 * A zip archive of torch's (torch/serialization.py, {@code _save}): {@code ROOT/data.pkl} makes the tensors, {@code ROOT/data/KEY} are
 * the storages, {@code ROOT/byteorder} says which way round they are. Of the storages only sizes and places are looked at.
 */
final class Archive {
    private static final String PICKLE = "data.pkl";
    private static final int LARGEST_PICKLE = 64 << 20;
    private static final int MAGIC = 0x04034b50;
    private static final List<String> NESTED = List.of(".pth", ".pt", ".bin", ".ckpt");

    private final Contents contents;
    private final RangeReader in;
    private final Unpickler unpickler;

    Archive(Contents contents, RangeReader in, Unpickler unpickler) {
        this.contents = contents;
        this.in = in;
        this.unpickler = unpickler;
    }

    /**
     * Reads the archive that lies in a part of the file, and archives within it.
     *
     * @param prefix goes before the names of its tensors
     */
    void read(String prefix, long start, long end) throws BadCheckpointException, IOException {
        ZipDirectory zip = ZipDirectory.read(contents.file(), in, start, end);
        contents.describe(zip.bytes());
        List<String> roots = new ArrayList<>();
        for (String name : zip.names()) {
            if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
                roots.add(name.substring(0, name.length() - PICKLE.length()));
            }
        }
        if (roots.size() > 1) {
            throw contents.because("the archive has " + roots.size() + " members " + PICKLE + ", "
                    + Printable.quoted(roots.get(0)) + " and " + Printable.quoted(roots.get(1))
                    + ": which one is the model can't be told; write it again");
        }
        if (roots.isEmpty()) {
            readNested(zip, prefix);
        } else {
            readRoot(zip, roots.get(0), prefix);
        }
    }

    private void readNested(ZipDirectory zip, String prefix) throws BadCheckpointException, IOException {
        int found = 0;
        for (String name : zip.names()) {
            if (prefix.isEmpty() && NESTED.stream().anyMatch(name::endsWith)) {
                ZipEntry entry = zip.find(name).orElseThrow();
                found++;
                if (entry.isDeflated() || !isZip(entry)) {
                    contents.note("member " + Printable.quoted(name)
                            + " was not read: it is compressed, or no zip archive; unpack it and give it by itself");
                } else {
                    read(name + "!", entry.offset(), entry.offset() + entry.size());
                }
            }
        }
        if (found == 0) {
            throw contents.because(
                    "a zip archive without " + PICKLE + ", so not of torch's; give the file that has the weights");
        }
    }

    private boolean isZip(ZipEntry entry) throws IOException {
        byte[] head = new byte[4];
        if (entry.size() < head.length) {
            return false;
        }
        in.readFully(entry.offset(), head, 0, head.length);
        return (head[0] | head[1] << 8 | head[2] << 16 | head[3] << 24) == MAGIC;
    }

    private void readRoot(ZipDirectory zip, String root, String prefix) throws BadCheckpointException, IOException {
        ZipEntry pickle = zip.find(root + PICKLE).orElseThrow();
        byte[] content = zip.content(pickle, LARGEST_PICKLE);
        contents.describe(content);
        String file = contents.file() + ", member " + Printable.quoted(pickle.name());
        Unpickler.Pickle read = unpickler.read(file, new BytesReader(content), 0, content.length);
        contents.stubs(read.stubs());
        NamedTensors named = NamedTensors.of(file, read.root());
        contents.leftOut(named);
        ByteOrder order = order(zip, root);
        for (Map.Entry<String, TorchTensor> tensor : named.tensors().entrySet()) {
            String name = prefix + tensor.getKey();
            if (tensor.getValue() instanceof TensorCall call) {
                contents.add(name, call, place(zip, root, tensor.getKey(), call, order));
            } else if (tensor.getValue() instanceof UnreadTensor unread) {
                contents.add(name, unread);
            }
        }
    }

    private ByteOrder order(ZipDirectory zip, String root) throws BadCheckpointException, IOException {
        Optional<ZipEntry> entry = zip.find(root + "byteorder");
        if (entry.isEmpty()) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        String said = new String(zip.content(entry.get(), 64), StandardCharsets.US_ASCII).strip();
        return switch (said) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw contents.because("its byte order is " + Printable.quoted(said) + ", neither little nor big");
        };
    }

    private Layout place(ZipDirectory zip, String root, String label, TensorCall tensor, ByteOrder order)
            throws BadCheckpointException, IOException {
        String shown = "tensor " + Printable.quoted(label) + ": ";
        String name = root + "data/" + tensor.storage().key();
        ZipEntry entry = zip.find(name)
                .orElseThrow(() -> contents.because(shown + "its storage " + Printable.quoted(name) + " is missing"));
        if (entry.size() % tensor.storage().elementBytes() != 0
                || entry.size() / tensor.storage().elementBytes()
                        != tensor.storage().elements()) {
            throw contents.because(shown + "its storage " + Printable.quoted(name) + " has " + entry.size()
                    + " bytes, the pickle says " + tensor.storage().elements() + " elements of "
                    + tensor.storage().elementBytes());
        }
        long within = Math.multiplyExact(tensor.first(), (long) tensor.type().bytes());
        if (!entry.isDeflated()) {
            return new Strided(0, entry.offset() + within, tensor.strides(), order);
        }
        return new Layout.Deflated(
                0,
                entry.offset(),
                entry.stored(),
                entry.size(),
                entry.crc(),
                new Strided(0, within, tensor.strides(), order));
    }
}
