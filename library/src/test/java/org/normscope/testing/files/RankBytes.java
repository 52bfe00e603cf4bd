package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes safetensors as one rank of torch's {@code HuggingFaceStorageWriter} does: beside the tensors, which may be pieces, stands where
 * they belong, as JSON in a string of the metadata.
 */
public final class RankBytes {
    private final StringBuilder tensors = new StringBuilder();
    private final StringBuilder sharding = new StringBuilder();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** Adds a piece as torch 2.8 writes it: the key is the name. */
    public RankBytes with(String name, String dtype, String shape, String offsets, byte[] content) {
        return add(name, dtype, shape, "{\"saved_offsets\": " + offsets + "}", content);
    }

    /** Adds a piece as newer versions write it: with the name of the tensor, as one file may hold several pieces. */
    public RankBytes with(String key, String name, String dtype, String shape, String offsets, byte[] content) {
        String info = "{\"logical_fqn\": \"%s\", \"saved_offsets\": %s}".formatted(name, offsets);
        return add(key, dtype, shape, info, content);
    }

    /** Adds a tensor with anything said about its place. */
    public RankBytes add(String key, String dtype, String shape, String info, byte[] content) {
        tensors.append(",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(key, dtype, shape, data.size(), data.size() + content.length));
        sharding.append(sharding.length() > 0 ? ", " : "").append("\"" + key + "\": " + info);
        data.writeBytes(content);
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        return bytes("{" + sharding + "}");
    }

    /** The file with anything said about the places. */
    public byte[] bytes(String sharding) {
        String escaped = sharding.replace("\\", "\\\\").replace("\"", "\\\"");
        byte[] header = ("{\"__metadata__\":{\"DCP_SHARDING_INFO\":\"" + escaped
                        + "\",\"DCP_VERSION\":\"1.0\",\"format\":\"pt\"}" + tensors + "}")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(GgufBytes.number(8, header.length));
        file.writeBytes(header);
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }
}
