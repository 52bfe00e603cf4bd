package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;

/** Writes distributed checkpoints of one tensor in F32, each chunk in a file of its own. */
public final class DcpBytes {
    private static final String MODULE = "torch.distributed.checkpoint.metadata";

    private DcpBytes() {}

    /** The name of a file. */
    public static String file(int number) {
        return "__" + number + "_0.distcp";
    }

    /** A whole checkpoint. */
    public static MemoryStorage storage(String directory, String name, Shape whole, List<Cut> chunks) {
        MemoryStorage storage = new MemoryStorage();
        List<byte[]> files = chunks.stream().map(DcpBytes::chunk).toList();
        storage.with(directory + "/.metadata", metadata(name, whole, chunks, files));
        for (int i = 0; i < files.size(); i++) {
            storage.with(directory + "/" + file(i), files.get(i));
        }
        return storage;
    }

    /** The same with all chunks in the first file. */
    public static MemoryStorage inOneFile(String directory, String name, Shape whole, List<Cut> chunks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        StringBuilder places = new StringBuilder();
        for (Cut chunk : chunks) {
            byte[] archive = chunk(chunk);
            places.append(place(name, chunk.start(), file(0), file.size(), archive.length));
            file.writeBytes(archive);
        }
        return new MemoryStorage()
                .with(directory + "/.metadata", metadata(name, whole, chunks, places.toString()))
                .with(directory + "/" + file(0), file.toByteArray());
    }

    /** A chunk as an archive of torch's. */
    public static byte[] chunk(Cut chunk) {
        return TorchBytes.archive(TorchBytes.single(chunk.shape().dims()), chunk.content());
    }

    /** The pickle. */
    public static byte[] metadata(String name, Shape whole, List<Cut> chunks, List<byte[]> files) {
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < files.size(); i++) {
            places.append(place(name, chunks.get(i).start(), file(i), 0, files.get(i).length));
        }
        return metadata(name, whole, chunks, places.toString());
    }

    private static byte[] metadata(String name, Shape whole, List<Cut> chunks, String places) {
        String properties = object(MODULE, "TensorProperties", text("dtype") + "ctorch\nfloat32\n");
        String tensor = object(
                MODULE,
                "TensorStorageMetadata",
                text("properties")
                        + properties
                        + text("size")
                        + size(whole.dims())
                        + text("chunks")
                        + chunks.stream().map(DcpBytes::box).collect(Collectors.joining("", "](", "e")));
        String metadata = object(
                MODULE,
                "Metadata",
                text("state_dict_metadata") + "}(" + text(name) + tensor + "u" + text("storage_data") + "}(" + places
                        + "u");
        return ("\u0080\2" + metadata + ".").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String box(Cut chunk) {
        return object(
                MODULE,
                "ChunkStorageMetadata",
                text("offsets")
                        + size(chunk.start())
                        + text("sizes")
                        + size(chunk.shape().dims()));
    }

    private static String place(String name, List<Long> start, String file, int offset, int bytes) {
        String index = object(MODULE, "MetadataIndex", text("fqn") + text(name) + text("offset") + size(start));
        return index
                + object(
                        "torch.distributed.checkpoint.filesystem",
                        "_StorageInfo",
                        text("relative_path")
                                + text(file)
                                + text("offset")
                                + TorchBytes.number(offset)
                                + text("length")
                                + TorchBytes.number(bytes));
    }

    private static String object(String module, String type, String attributes) {
        return "c" + module + "\n" + type + "\n)\u0081}(" + attributes + "ub";
    }

    private static String size(List<Long> numbers) {
        return numbers.stream().map(TorchBytes::number).collect(Collectors.joining("", "ctorch\nSize\n((", "ttR"));
    }

    private static String text(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }
}
