package org.normscope.format.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.HeaderInput;
import org.normscope.format.TensorBudget;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * A GGUF file, version 2 or 3, little-endian.
 *
 * <pre>
 * 4 bytes   GGUF
 * 4 bytes   version
 * 8 bytes   number of tensors
 * 8 bytes   number of key-value pairs
 *           the pairs: key, type of the value, value
 *           the tensors: name, number of dimensions, dimensions (fastest first), type, offset from the start of the data
 *           zeros up to a multiple of general.alignment
 * to the end  the data of the tensors, every one at a multiple of general.alignment
 * </pre>
 *
 * Described in <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">ggml's documentation</a>. Limits of this reader: those
 * of {@code TensorBudget}, 100,000 pairs, arrays in arrays eight deep.
 */
public final class GgufFormat implements CheckpointFormat {
    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.ISO_8859_1);
    private static final long BIG_ENDIAN_3 = 0x03000000L;

    @Override
    public String name() {
        return "gguf";
    }

    /** By the magic bytes. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.FILE) {
            return false;
        }
        try (RangeReader in = storage.open(location)) {
            byte[] first = new byte[(int) Math.min(MAGIC.length, in.length())];
            in.readFully(0, first, 0, first.length);
            return Arrays.equals(first, MAGIC);
        }
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader file = storage.open(location)) {
            HeaderInput in = new HeaderInput(location, file);
            in.skip(MAGIC.length);
            checkVersion(in);
            Position counts = in.here();
            long tensorCount = in.i64();
            Metadata metadata = Metadata.read(in, in.i64());
            List<TensorInfo> infos = infos(location, in, tensorCount);
            long alignment = metadata.alignment(counts);
            long dataStart = padded(in.position(), alignment);
            in.here()
                    .require(
                            infos.isEmpty() || dataStart <= file.length(),
                            "the data begin at %d, behind the end of the file at %d; truncated, download it again",
                            dataStart,
                            file.length());
            requireZeros(in.here(), file, Math.min(dataStart, file.length()));
            List<StoredTensor> tensors = inOrder(infos, alignment, dataStart, file.length());
            long rest = rest(infos, alignment, dataStart, file.length());
            counts.require(
                    tensorCount > 0 || rest <= 0,
                    "no tensors are announced, and %d bytes of data follow; damaged, download it again",
                    rest);
            CheckpointFile described = new CheckpointFile(storage.name(location), location, file.length(), in.sha256());
            return new Checkpoint(
                    location, name(), List.of(described), tensors, notes(metadata, rest), metadata.architecture());
        }
    }

    private static void checkVersion(HeaderInput in) throws BadCheckpointException, IOException {
        Position here = in.here();
        long version = in.u32();
        here.require(
                version != BIG_ENDIAN_3, "a big-endian GGUF; convert it to little-endian (gguf_convert_endian.py)");
        here.require(
                version == 2 || version == 3,
                "GGUF version %d; versions 2 and 3 are read, convert it with a current llama.cpp",
                version);
    }

    private static List<TensorInfo> infos(String file, HeaderInput in, long count)
            throws BadCheckpointException, IOException {
        in.here()
                .require(
                        count >= 0 && count <= in.left() / TensorInfo.SHORTEST,
                        "%s tensors are announced, the file ends after %d bytes; damaged, download it again",
                        Long.toUnsignedString(count),
                        in.left());
        TensorBudget budget = new TensorBudget(file);
        Set<String> names = new HashSet<>();
        List<TensorInfo> infos = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            TensorInfo info = TensorInfo.read(in);
            budget.spend(info.name());
            info.place()
                    .require(
                            names.add(info.name()),
                            "tensor %s a second time; write the file again",
                            Printable.quoted(info.name()));
            infos.add(info);
        }
        return infos;
    }

    /** The tensors in the order of their data, after checking that each lies in the file, aligned, and none over another. */
    private static List<StoredTensor> inOrder(List<TensorInfo> infos, long alignment, long dataStart, long length)
            throws BadCheckpointException {
        infos.sort(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
        List<StoredTensor> tensors = new ArrayList<>();
        long room = Math.max(0, length - dataStart);
        long covered = 0;
        for (TensorInfo info : infos) {
            info.requireInside(room, alignment);
            info.place()
                    .require(
                            info.offset() >= covered,
                            "tensor %s begins %d bytes before the previous one ends: overlapping data, write the file"
                                    + " again",
                            Printable.quoted(info.name()),
                            covered - info.offset());
            covered = info.end();
            tensors.add(info.stored(dataStart));
        }
        return tensors;
    }

    /** The next multiple of the alignment. */
    private static long padded(long position, long alignment) {
        return (position + alignment - 1) / alignment * alignment;
    }

    /** Bytes behind the last tensor and its padding; negative where some of that is missing. */
    private static long rest(List<TensorInfo> infos, long alignment, long dataStart, long length) {
        long end =
                infos.stream().mapToLong(info -> dataStart + info.end()).max().orElse(dataStart);
        return length - padded(end, alignment);
    }

    private static void requireZeros(Position here, RangeReader file, long end)
            throws BadCheckpointException, IOException {
        byte[] paddings = new byte[(int) (end - here.offset())];
        file.readFully(here.offset(), paddings, 0, paddings.length);
        for (byte padding : paddings) {
            here.require(padding == 0, "not zeros between the tensors' names and data; damaged, download it again");
        }
    }

    /** @param rest bytes behind the last tensor and its padding; negative where some of that is missing */
    private static List<String> notes(Metadata metadata, long rest) {
        List<String> notes = new ArrayList<>();
        if (metadata.parts() > 1) {
            notes.add("this file is one of " + metadata.parts()
                    + " parts of a model (split.count); the others are not read");
        }
        if (rest > 0) {
            notes.add(rest + " bytes behind the last tensor are not read");
        }
        return notes;
    }
}
