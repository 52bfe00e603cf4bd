package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.format.StrictJson;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/** One entry of the header while it is read: {@code "name": {"dtype", "shape", "data_offsets"}}, in any order. */
final class TensorEntry {
    /** As many as NumPy and PyTorch can hold. */
    static final int MOST_DIMENSIONS = 64;

    private final String name;
    private final StrictJson json;
    private final DataArea data;
    private @Nullable DType dtype;
    private @Nullable Shape shape;
    private @Nullable Offsets offsets;

    TensorEntry(String name, StrictJson json, DataArea data) {
        this.name = name;
        this.json = json;
        this.data = data;
    }

    /** Bytes from the start of the data area. */
    private record Offsets(long begin, long end) {}

    StoredTensor read() throws BadCheckpointException, IOException {
        json.next(JsonToken.START_OBJECT, what("the entry"));
        while (json.next() != JsonToken.END_OBJECT) {
            String key = json.name();
            switch (key) {
                case "dtype" -> dtype = dtype();
                case "shape" -> shape = shape();
                case "data_offsets" -> offsets = offsets();
                default -> throw json.because("%s has an unknown key %s", what("the entry"), Printable.quoted(key));
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw json.because("%s has no %s", what("the entry"), missing);
        }
        long bytes = bytes(dtype, shape);
        json.require(
                bytes == offsets.end - offsets.begin,
                "tensor %s: %s %s takes %d bytes, data_offsets say %d",
                Printable.quoted(name),
                dtype,
                shape,
                bytes,
                offsets.end - offsets.begin);
        return StoredTensor.contiguous(name, dtype, shape, 0, data.start() + offsets.begin);
    }

    private DType dtype() throws BadCheckpointException, IOException {
        json.next(JsonToken.VALUE_STRING, what("dtype"));
        String text = json.text();
        Optional<DType> known = DType.byName(text);
        json.require(known.isPresent(), "%s is %s, which no dtype is called", what("dtype"), Printable.quoted(text));
        return known.orElseThrow();
    }

    private Shape shape() throws BadCheckpointException, IOException {
        List<Long> dims = naturals("shape", MOST_DIMENSIONS);
        try {
            return new Shape(dims);
        } catch (ArithmeticException e) {
            throw json.because("tensor %s: shape %s has more than 2^63 - 1 elements", Printable.quoted(name), dims);
        }
    }

    private Offsets offsets() throws BadCheckpointException, IOException {
        List<Long> ends = naturals("data_offsets", 2);
        json.require(ends.size() == 2, "%s must be two numbers, not %d", what("data_offsets"), ends.size());
        long begin = ends.get(0);
        long end = ends.get(1);
        json.require(begin <= end, "%s begin at %d and end at %d", what("data_offsets"), begin, end);
        json.require(
                end <= data.bytes(),
                "%s end at %d, but the file has only %d bytes of data: truncated, download it again",
                what("data_offsets"),
                end,
                data.bytes());
        return new Offsets(begin, end);
    }

    private List<Long> naturals(String key, int most) throws BadCheckpointException, IOException {
        json.next(JsonToken.START_ARRAY, what(key));
        List<Long> numbers = new ArrayList<>(2);
        while (json.next() != JsonToken.END_ARRAY) {
            json.require(numbers.size() < most, "%s has more than %d numbers", what(key), most);
            numbers.add(json.natural(what("a number of " + key)));
        }
        return numbers;
    }

    private long bytes(DType dtype, Shape shape) throws BadCheckpointException, IOException {
        json.require(
                shape.elements() <= Long.MAX_VALUE / dtype.bits(),
                "tensor %s: %s %s takes more than 2^63 - 1 bits",
                Printable.quoted(name),
                dtype,
                shape);
        long bits = shape.elements() * dtype.bits();
        json.require(
                bits % 8 == 0,
                "tensor %s: %s %s takes %d bits, which is not a whole number of bytes",
                Printable.quoted(name),
                dtype,
                shape,
                bits);
        return StoredTensor.bytes(dtype, shape);
    }

    private String what(String part) {
        return part + " of tensor " + Printable.quoted(name);
    }
}
