package org.normscope.format.numpy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.HeaderInput;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Position;
import org.normscope.tensor.StoredTensor;

/**
 * An array of numpy's ({@code .npy}), or a zip archive of arrays ({@code .npz}), its members stored or deflated. A single array has no
 * name: it is called {@code array}. Objects are never unpickled.
 */
public final class NumpyFormat implements CheckpointFormat {
    private static final String SINGLE = "array";
    private static final String NPY = new String(NpyHeader.MAGIC, StandardCharsets.ISO_8859_1);
    private static final String ZIP = "PK\u0003\u0004";
    private static final int HEAD_BYTES = 256;

    @Override
    public String name() {
        return "numpy";
    }

    /** By the magic bytes; of a zip archive, that its first member is an array. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.FILE) {
            return false;
        }
        try (RangeReader in = storage.open(location)) {
            String head = head(in);
            return head.startsWith(NPY)
                    || isZip(head)
                            && (head.contains(".npy") || storage.name(location).endsWith(".npz"));
        }
    }

    private static boolean isZip(String head) {
        return head.startsWith(ZIP) || head.startsWith("PK\u0005\u0006");
    }

    private static String head(RangeReader in) throws IOException {
        byte[] head = new byte[(int) Math.min(HEAD_BYTES, in.length())];
        in.readFully(0, head, 0, head.length);
        return new String(head, StandardCharsets.ISO_8859_1);
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader in = storage.open(location)) {
            Found found = isZip(head(in)) ? Npz.read(location, in) : single(location, in);
            CheckpointFile file =
                    new CheckpointFile(storage.name(location), location, in.length(), found.headerSha256());
            return new Checkpoint(
                    location, found.format(), List.of(file), found.tensors(), found.notes(), Optional.empty());
        }
    }

    /** What the headers of a file say. */
    record Found(String format, List<StoredTensor> tensors, List<String> notes, String headerSha256) {}

    private static Found single(String location, RangeReader file) throws BadCheckpointException, IOException {
        HeaderInput in = new HeaderInput(location, file);
        NpyHeader header = NpyHeader.read(in);
        Position here = in.here();
        here.require(
                header.descr().isNumeric(),
                "elements of type '%s' are no numbers; save the weights",
                header.descr().text());
        here.require(
                header.bytes() <= in.left(),
                "an array %s of '%s' has %d bytes, the file ends after %d; truncated, download it again",
                header.shape(),
                header.descr().text(),
                header.bytes(),
                in.left());
        long rest = in.left() - header.bytes();
        StoredTensor tensor = new StoredTensor(SINGLE, header.dtype(), header.shape(), header.layout(header.data()));
        List<String> notes = rest == 0 ? List.of() : List.of(rest + " bytes behind the array are not read");
        return new Found("npy", List.of(tensor), notes, in.sha256());
    }
}
