package org.normscope.testing.files;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes protobuf messages field by field. */
public final class Proto {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** Adds a varint. */
    public Proto number(int field, long value) {
        return with(() -> out.writeUInt64(field, value));
    }

    /** Adds four bytes. */
    public Proto fixed32(int field, int value) {
        return with(() -> out.writeFixed32(field, value));
    }

    /** Adds a text. */
    public Proto text(int field, String value) {
        return content(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a message. */
    public Proto message(int field, Proto value) {
        return content(field, value.bytes());
    }

    /** Adds bytes. */
    public Proto content(int field, byte[] value) {
        return with(() -> out.writeByteArray(field, value));
    }

    /** Opens a group, which nobody ends. */
    public Proto group(int field) {
        return with(() -> out.writeTag(field, WireFormat.WIRETYPE_START_GROUP));
    }

    /** The message. */
    public byte[] bytes() {
        with(out::flush);
        return bytes.toByteArray();
    }

    /** An action that no array fails. */
    private interface Writing {
        void run() throws IOException;
    }

    private Proto with(Writing writing) {
        try {
            writing.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
