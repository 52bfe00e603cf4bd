package org.normscope.audit.network.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.normscope.format.onnx.Attribute;
import org.normscope.format.onnx.Constant;
import org.normscope.format.onnx.Dim;

/** Values that nodes have in their attributes. */
final class Constants {
    private Constants() {}

    /** The value of a Constant node. */
    static Optional<Fixed> of(Call call) {
        if (call.node().attributes().size() != 1) {
            return Optional.empty();
        }
        Attribute value = call.node().attributes().values().iterator().next();
        String name = call.node().attributes().keySet().iterator().next();
        if (!name.startsWith("value")) {
            return Optional.empty();
        }
        if (value instanceof Attribute.Tensor tensor) {
            return Optional.of(Fixed.of(tensor.value()));
        }
        if (value instanceof Attribute.Real real) {
            return Optional.of(Fixed.ofReals(Dims.SCALAR, List.of(real.value())));
        }
        if (value instanceof Attribute.Reals reals) {
            return Optional.of(Fixed.ofReals(Dims.of(reals.values().size()), reals.values()));
        }
        if (value instanceof Attribute.Whole whole) {
            return Optional.of(Fixed.ofWholes(Dims.SCALAR, List.of(Whole.of(whole.value()))));
        }
        return value instanceof Attribute.Wholes wholes
                ? Optional.of(Fixed.ofWholes(
                        Dims.of(wholes.values().size()),
                        wholes.values().stream().map(Whole::of).toList()))
                : Optional.empty();
    }

    /** As many of one number as a shape says, if they are integers; zeros without one. */
    static Fixed filled(Call call, Fixed shape) throws NoRuleException {
        Dims dims = Dims.of(Call.numbers(shape, "shape").stream()
                .map(size -> size < 0 ? Dim.unknown() : Dim.of(size))
                .toList());
        long count = dims.elements().orElse(Long.MAX_VALUE);
        if (count > Constant.MOST_VALUES) {
            return Fixed.unread(dims);
        }
        Attribute value = call.node().attributes().get("value");
        Fixed one = value instanceof Attribute.Tensor tensor
                ? Fixed.of(tensor.value())
                : Fixed.ofReals(Dims.SCALAR, List.of(0.0));
        if (one.wholes() != null && one.wholes().size() == 1) {
            return Fixed.ofWholes(
                    dims, Collections.nCopies((int) count, one.wholes().get(0)));
        }
        return one.reals() != null && one.reals().size() == 1
                ? Fixed.ofReals(
                        dims, Collections.nCopies((int) count, one.reals().get(0)))
                : Fixed.unread(dims);
    }
}
