package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import org.normscope.format.onnx.Dim;

/** Pads and crops. Zeros and other numbers come in beside the entries; copies of entries count as often as they come up. */
final class Padding {
    private Padding() {}

    static Computed pad(Call call) throws NoRuleException {
        Computed x = call.only();
        String mode = call.text("mode", "constant");
        List<Long> pads = pads(call, mode.equals("constant"));
        Dims dims = x.dims();
        int rank = dims.orNone().size();
        Dims padded = pads.size() == 2 * rank ? padded(dims, pads) : dims.opened();
        if (mode.equals("constant")) {
            return constant(call, x, padded);
        }
        long times = 1;
        for (int i = 0; i < pads.size() / 2; i++) {
            long each = times(mode, dims.at(i), pads.get(i), pads.get(i + pads.size() / 2));
            times *= each;
            if (times > Integer.MAX_VALUE) {
                throw new NoRuleException("that repeats too often");
            }
        }
        return call.make(padded, x, x.largest(), Words.of("select"), Words.repeat(times));
    }

    /** How much is put before each dimension, then behind each. What numbers come in needn't be known where they are no copies. */
    private static List<Long> pads(Call call, boolean isConstant) throws NoRuleException {
        if (call.input(3).isPresent()) {
            throw new NoRuleException("along some axes");
        }
        Fixed fixed = call.fixed(1).orElse(null);
        if (isConstant && fixed != null && fixed.wholes() == null) {
            return List.of();
        }
        return call.wholes("pads", 1)
                .filter(pads -> !pads.isEmpty())
                .orElseThrow(() -> new NoRuleException("without pads"));
    }

    private static Computed constant(Call call, Computed x, Dims dims) throws NoRuleException {
        Fixed value = call.fixed(2).orElse(null);
        boolean isZero = value == null
                ? call.real("value", 0) == 0
                : value.number().filter(number -> number == 0).isPresent();
        return isZero
                ? call.make(dims, x, x.largest(), Words.of("select"))
                : call.make(dims, x, Words.of("select"), Words.of("shift"));
    }

    private static Dims padded(Dims dims, List<Long> pads) {
        List<Dim> padded = new ArrayList<>();
        int rank = dims.orNone().size();
        for (int i = 0; i < rank; i++) {
            Long size = dims.at(i).size();
            long before = pads.get(i);
            long behind = pads.get(i + rank);
            boolean isSmall = Math.abs(before) < 1L << 40 && Math.abs(behind) < 1L << 40;
            if (before == 0 && behind == 0) {
                padded.add(dims.at(i));
            } else if (size == null || !isSmall || size + before + behind < 0) {
                padded.add(Dim.unknown());
            } else {
                padded.add(Dim.of(size + before + behind));
            }
        }
        return Dims.of(padded);
    }

    /** How often an entry comes up, at most, with so many copies before and behind. */
    private static long times(String mode, Dim dim, long before, long behind) throws NoRuleException {
        long copies = (before > 0 ? 1 : 0) + (behind > 0 ? 1 : 0);
        Long size = dim.size();
        boolean isOnce = size != null && before < size && behind < size && before >= 0 && behind >= 0;
        long both = Math.max(0, before) + Math.max(0, behind);
        if (copies == 0) {
            return 1;
        }
        if (both > Integer.MAX_VALUE) {
            throw new NoRuleException("that repeats too often");
        }
        return switch (mode) {
            case "edge" -> 1 + (size != null && size > 1 ? Math.max(before, behind) : both);
            // An input shorter than the padding is reflected several times.
            case "reflect", "wrap" -> isOnce ? 1 + copies : 1 + both;
            default -> throw new NoRuleException("by " + mode);
        };
    }
}
