package org.normscope.format.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;

/** What a {@code TensorProto} says, nothing of it placed yet. */
final class TensorProto {
    private static final int DIMS = 1;
    private static final int TYPE = 2;
    private static final int SEGMENT = 3;
    private static final int NAME = 8;
    private static final int EXTERNAL = 13;
    private static final int LOCATION = 14;
    /** Dimensions of a tensor. */
    static final int MOST_DIMS = 64;

    private static final int MOST_PIECES = 100_000;
    private static final int LONGEST_NAME = 65_535;
    private static final int LONGEST_VALUE = 4096;

    private final Position place;
    private final List<Long> dims = new ArrayList<>();
    private final List<Message> pieces = new ArrayList<>();
    private final Map<String, String> external = new HashMap<>();
    private Optional<TensorField> field = Optional.empty();
    private boolean isPacked = true;
    private boolean isExternal;
    private String name = "";
    private long type;

    private TensorProto(Position place) {
        this.place = place;
    }

    static TensorProto read(Message message) throws BadCheckpointException, IOException {
        TensorProto tensor = new TensorProto(message.place());
        message.each(tensor::take);
        return tensor;
    }

    private void take(Message.Field part) throws BadCheckpointException, IOException {
        switch (part.number()) {
            case DIMS -> takeDims(part);
            case TYPE -> type = part.value();
            case SEGMENT -> throw place.because("a tensor in segments; export the model with whole ones");
            case NAME -> name = part.content().text(LONGEST_NAME);
            case EXTERNAL -> takeExternal(part.content());
            case LOCATION -> isExternal = part.value() == 1;
            default -> {
                Optional<TensorField> data = TensorField.byNumber(part.number());
                if (data.isPresent()) {
                    takeData(data.get(), part);
                }
            }
        }
    }

    private void takeDims(Message.Field part) throws BadCheckpointException, IOException {
        for (long dim : part.isDelimited() ? packed(part.content()) : List.of(part.value())) {
            place.require(dim >= 0, "a tensor with a dimension of %d", dim);
            place.require(dims.size() < MOST_DIMS, "a tensor with more than %d dimensions", MOST_DIMS);
            dims.add(dim);
        }
    }

    /** Packed varints, not more than fit a list of dimensions. */
    static List<Long> packed(Message content) throws BadCheckpointException, IOException {
        List<Long> values = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(content.source().stream(content.start(), content.end()), 64);
        try {
            while (!in.isAtEnd()) {
                content.place().require(values.size() < MOST_DIMS, "more than %d dimensions", MOST_DIMS);
                values.add(in.readRawVarint64());
            }
        } catch (InvalidProtocolBufferException e) {
            throw content.place().because("dimensions that are no numbers; damaged, export the model again");
        }
        return values;
    }

    private void takeData(TensorField data, Message.Field part) throws BadCheckpointException {
        place.require(
                field.isEmpty() || field.get() == data,
                "a tensor with elements in %s and %s; export the model again",
                field.map(TensorField::word).orElse(""),
                data.word());
        place.require(pieces.size() < MOST_PIECES, "a tensor with elements in more than %d pieces", MOST_PIECES);
        field = Optional.of(data);
        isPacked &= part.isDelimited();
        pieces.add(part.content());
    }

    private void takeExternal(Message entry) throws BadCheckpointException, IOException {
        String[] pair = {"", ""};
        entry.each(part -> {
            if (part.number() == 1 || part.number() == 2) {
                pair[part.number() - 1] = part.content().text(LONGEST_VALUE);
            }
        });
        place.require(external.put(pair[0], pair[1]) == null, "external_data with two of a key");
        place.require(external.size() <= 16, "external_data with more than 16 keys");
    }

    Position place() {
        return place;
    }

    String name() {
        return name;
    }

    /** The element type, which must be known. */
    OnnxType type(String shown) throws BadCheckpointException {
        Optional<OnnxType> known = OnnxType.byId(type);
        place.require(known.isPresent(), "tensor %s is of type %d, which is unknown here", shown, type);
        return known.orElseThrow();
    }

    Shape shape(String shown) throws BadCheckpointException {
        try {
            return new Shape(dims);
        } catch (ArithmeticException e) {
            throw place.because("tensor %s: the product of the dimensions %s exceeds 2^63 - 1", shown, dims);
        }
    }

    /** The field that has elements, if there is one. */
    Optional<TensorField> field() {
        return field;
    }

    /** Where its elements lie in the model's own file, in order. */
    List<Message> pieces() {
        return pieces;
    }

    /** Whether its elements follow each other without anything between them. */
    boolean isOnePiece() {
        return isPacked && pieces.size() == 1;
    }

    /** Location, offset and length in another file, if the elements lie there. */
    Optional<Map<String, String>> external() {
        return isExternal ? Optional.of(external) : Optional.empty();
    }

    /** The name as messages show it. */
    static String shown(String name) {
        return Printable.quoted(name);
    }
}
