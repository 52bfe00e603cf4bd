package org.normscope.format.onnx;

import java.util.List;
import java.util.Optional;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * A tensor of a model that no input changes: an initializer, or the value of a Constant node.
 *
 * @param name as the checkpoint lists it; empty for the tensor of an attribute that is listed nowhere
 * @param dtype of its elements
 * @param shape row-major
 * @param reals its elements if they are few floating point numbers that lie in the model's own file
 * @param wholes its elements if they are few integers or booleans that lie in the model's own file
 */
public record Constant(
        String name, DType dtype, Shape shape, Optional<List<Double>> reals, Optional<List<Long>> wholes) {
    /** Most elements whose values are held. */
    public static final int MOST_VALUES = 4096;

    /** The same tensor under another name. */
    Constant named(String other) {
        return new Constant(other, dtype, shape, reals, wholes);
    }
}
