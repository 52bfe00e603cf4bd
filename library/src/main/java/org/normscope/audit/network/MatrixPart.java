package org.normscope.audit.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * A matrix inside a larger layer: some outputs of a weight, and their bias.
 *
 * @param row the weight's row of the report
 * @param transposed whether it is stored as inputs x outputs
 * @param from first output
 * @param to output behind the last
 * @param bias of the weight's outputs, or of these; null without one
 */
record MatrixPart(
        WeightRow row,
        boolean transposed,
        int from,
        int to,
        @Nullable TensorRow bias) {
    private static final List<String> KEYS = List.of("weight", "bias", "index", "transposed", "rows");

    /** The matrix under a key: a weight's name, or an object. */
    static MatrixPart of(Options around, String key, Lookup lookup) throws BadCheckpointException {
        Object value = around.values().get(key);
        String where = around.where() + ", " + key;
        if (value instanceof String name) {
            return of(new Options(where, Map.of("weight", name)), lookup);
        }
        return of(around.object(key).orElseThrow(() -> around.because("needs " + key)), lookup);
    }

    private static MatrixPart of(Options options, Lookup lookup) throws BadCheckpointException {
        options.requireOnly(KEYS);
        WeightRow row = lookup.weight(options, "weight");
        List<Long> dims = row.weight().shape().dims();
        boolean transposed = options.isOn("transposed");
        if (dims.size() != 2) {
            throw options.because(Printable.quoted(row.weight().name()) + " has shape " + dims + " and is no matrix");
        }
        long outputs = dims.get(transposed ? 1 : 0);
        List<Integer> range = options.wholes("rows", 0);
        boolean whole = range.isEmpty();
        if (!whole && (range.size() != 2 || range.get(0) >= range.get(1) || range.get(1) > outputs)) {
            throw options.because("rows must be the first output and the one behind the last, of " + outputs);
        }
        if (Math.max(dims.get(0), dims.get(1)) > Integer.MAX_VALUE) {
            throw options.because(Printable.quoted(row.weight().name()) + " has shape " + dims + ", too long");
        }
        String bias = options.text("bias").orElse(null);
        MatrixPart part = new MatrixPart(
                row,
                transposed,
                whole ? 0 : range.get(0),
                whole ? (int) outputs : range.get(1),
                bias == null ? null : lookup.tensor(options, bias));
        part.requireBias(options, outputs);
        return part;
    }

    private void requireBias(Options options, long outputs) throws BadCheckpointException {
        long length = bias == null ? outputs : bias.tensor().shape().elements();
        if (length != outputs && length != outputs()) {
            throw options.because("has a bias of " + length + " entries for " + outputs() + " outputs");
        }
    }

    /** How many outputs. */
    int outputs() {
        return to - from;
    }

    /** How many inputs. */
    int inputs() {
        return Math.toIntExact(row.weight().shape().dims().get(transposed ? 0 : 1));
    }

    /** Where this part's bias begins in the stored one. */
    int firstBias() {
        return bias == null || bias.tensor().shape().elements() == outputs() ? 0 : from;
    }
}
