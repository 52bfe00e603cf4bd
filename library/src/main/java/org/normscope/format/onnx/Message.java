package org.normscope.format.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/**
 * A range of a file that a protobuf field has: a message, a text, packed numbers. Its own fields are visited one after the other, what they
 * contain is skipped, never held.
 *
 * @param start bytes from the start of the file to the first one
 * @param end bytes from the start of the file to behind the last one
 */
record Message(Source source, long start, long end) {
    private static final int BUFFER = 4096;

    /**
     * A field.
     *
     * @param number as in the .proto file
     * @param value of a field of fixed size or a varint; else 0
     * @param isDelimited whether it has a length of its own: a message, text or packed numbers
     * @param content its bytes
     */
    record Field(int number, long value, boolean isDelimited, Message content) {}

    /** Takes fields in the order of the file. */
    @FunctionalInterface
    interface Visitor {
        void visit(Field field) throws BadCheckpointException, IOException;
    }

    long bytes() {
        return end - start;
    }

    Position place() {
        return new Position(source.file(), start);
    }

    /**
     * Visits all fields.
     *
     * @throws BadCheckpointException if this is no message, or the visitor throws it
     * @throws IOException if the storage fails
     */
    void each(Visitor visitor) throws BadCheckpointException, IOException {
        CodedInputStream in = CodedInputStream.newInstance(source.stream(start, end), BUFFER);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Field field = field(in, tag);
                visitor.visit(field);
                if (field.isDelimited) {
                    in.skipRawBytes((int) field.content.bytes());
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new Position(source.file(), start + in.getTotalBytesRead())
                    .because(
                            "not a protobuf message (%s); truncated or damaged, export it again",
                            String.valueOf(e.getMessage()));
        }
    }

    private Field field(CodedInputStream in, int tag) throws BadCheckpointException, IOException {
        int number = WireFormat.getTagFieldNumber(tag);
        long from = start + in.getTotalBytesRead();
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> {
                return scalar(number, in.readRawVarint64(), from, in);
            }
            case WireFormat.WIRETYPE_FIXED64 -> {
                return scalar(number, in.readRawLittleEndian64(), from, in);
            }
            case WireFormat.WIRETYPE_FIXED32 -> {
                return scalar(number, in.readRawLittleEndian32(), from, in);
            }
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                long length = in.readRawVarint32() & 0xFFFF_FFFFL;
                long content = start + in.getTotalBytesRead();
                new Position(source.file(), from)
                        .require(
                                length <= end - content,
                                "a field of %d bytes, %d are left; truncated or damaged, export it again",
                                length,
                                end - content);
                return new Field(number, 0, true, new Message(source, content, content + length));
            }
            default -> throw new Position(source.file(), from).because("a protobuf group; ONNX has none");
        }
    }

    private Field scalar(int number, long value, long from, CodedInputStream in) {
        return new Field(number, value, false, new Message(source, from, start + in.getTotalBytesRead()));
    }

    /**
     * The content as text.
     *
     * @param most bytes that are acceptable
     */
    String text(int most) throws BadCheckpointException, IOException {
        place().require(bytes() <= most, "a text of %d bytes, more than %d", bytes(), most);
        byte[] utf8 = new byte[(int) bytes()];
        for (int done = 0; done < utf8.length; ) {
            done += source.read(start + done, utf8, done, utf8.length - done);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw place().because("a text that is not UTF-8; export the model again");
        }
    }
}
