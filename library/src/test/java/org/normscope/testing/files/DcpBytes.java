package org.normscope.testing.files;

import java.nio.charset.StandardCharsets;

/** Writes {@code .metadata} of a distributed checkpoint with one tensor of 4 x 3 floats, two rows in each of two files. */
public final class DcpBytes {
    /** Its first file; the other has 1 for 0. */
    public static final String FIRST = "__0_0.distcp";

    private static final String MODULE = "torch.distributed.checkpoint.metadata";

    private DcpBytes() {}

    /** The pickle; each file is one chunk of so many bytes. */
    public static byte[] metadata(String name, int bytes) {
        String properties = object(MODULE, "TensorProperties", text("dtype") + "ctorch\nfloat32\n");
        String tensor = object(
                MODULE,
                "TensorStorageMetadata",
                text("properties") + properties + text("size") + size(4, 3) + text("chunks") + "](" + chunk(0)
                        + chunk(2) + "e");
        String places = place(name, 0, FIRST, bytes) + place(name, 2, FIRST.replace("0_0", "1_0"), bytes);
        String metadata = object(
                MODULE,
                "Metadata",
                text("state_dict_metadata") + "}(" + text(name) + tensor + "u" + text("storage_data") + "}(" + places
                        + "u");
        return ("\u0080\2" + metadata + ".").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String chunk(int row) {
        return object(MODULE, "ChunkStorageMetadata", text("offsets") + size(row, 0) + text("sizes") + size(2, 3));
    }

    private static String place(String name, int row, String file, int bytes) {
        String index = object(MODULE, "MetadataIndex", text("fqn") + text(name) + text("offset") + size(row, 0));
        String length = "M" + (char) (bytes & 0xff) + (char) (bytes >> 8);
        return index
                + object(
                        "torch.distributed.checkpoint.filesystem",
                        "_StorageInfo",
                        text("relative_path") + text(file) + text("offset") + "K\0" + text("length") + length);
    }

    private static String object(String module, String type, String attributes) {
        return "c" + module + "\n" + type + "\n)\u0081}(" + attributes + "ub";
    }

    private static String size(int rows, int columns) {
        return "ctorch\nSize\n((K" + (char) rows + "K" + (char) columns + "ttR";
    }

    private static String text(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }
}
