package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.stream.Collectors;
import org.normscope.format.onnx.Dim;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.tensor.Printable;

/** Inputs and outputs in words. */
final class Shown {
    private static final int MOST = 8;

    private Shown() {}

    static String names(List<String> names) {
        return list(names.stream().map(Printable::quoted).toList());
    }

    static String inputs(List<OnnxGraph.Input> inputs) {
        return list(inputs.stream().map(Shown::input).toList());
    }

    private static String input(OnnxGraph.Input input) {
        List<Dim> dims = input.dims();
        String shape = dims == null ? "of any shape" : dims.toString();
        return Printable.quoted(input.name()) + ", " + input.dtype() + " " + Printable.oneLine(shape);
    }

    private static String list(List<String> parts) {
        String shown = parts.stream().limit(MOST).collect(Collectors.joining("; "));
        return parts.size() > MOST ? shown + " and " + (parts.size() - MOST) + " more" : shown;
    }
}
