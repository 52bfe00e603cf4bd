package org.normscope.audit.network.onnx;

import org.normscope.format.onnx.Dim;

/**
 * How positions of a resized dimension lie in the original one.
 *
 * @param from entries before
 * @param length entries behind
 * @param scale the second over the first, as it is given
 */
record Grid(Dim from, Dim length, double scale) {
    private static final int LONGEST = 1 << 20;

    /**
     * How entries are taken.
     *
     * @param isNearest the nearest one, else a mean of two
     * @param positions ONNX's coordinate_transformation_mode
     * @param rounding ONNX's nearest_mode
     */
    record Mode(boolean isNearest, String positions, String rounding) {}

    /** By a factor. */
    static Grid by(Dim from, double scale) throws NoRuleException {
        Long size = from.size();
        if (!(scale > 0) || !(scale <= LONGEST)) {
            throw new NoRuleException("by a factor of " + scale);
        }
        if (size != null && Math.floor((float) size * (float) scale) != Math.floor(size * scale)) {
            throw new NoRuleException("by a factor of " + scale + " to a length that depends on rounding");
        }
        Dim length = size == null ? Dim.unknown() : Dim.of((long) Math.floor(size * scale));
        return new Grid(from, scale == 1 ? from : length, scale);
    }

    /** To a length. */
    static Grid to(Dim from, Dim length) throws NoRuleException {
        Long before = from.size();
        Long behind = length.size();
        if (from.equals(length)) {
            return new Grid(from, from, 1);
        }
        if (before == null || behind == null || before < 1 || behind < 1) {
            throw NoRuleException.ofShape("by factors that can't be told from the file");
        }
        return new Grid(from, length, (double) behind / before);
    }

    /**
     * The square of this dimension's constant: weights of every new entry are not negative and have the sum 1, so it is the largest sum of
     * the weights that an old entry has.
     */
    double squaredGain(Mode mode) throws NoRuleException {
        Long before = from.size();
        Long behind = length.size();
        if (scale == 1 && from.equals(length)) {
            return 1;
        }
        if (before == null || behind == null) {
            return ofAnyLength(mode);
        }
        if (before > LONGEST || behind > LONGEST) {
            throw new NoRuleException("of a dimension of more than " + LONGEST + " entries");
        }
        double[] sums = new double[(int) (long) before];
        for (int i = 0; i < behind; i++) {
            spread(sums, position(i, before, behind, mode), mode);
        }
        double most = 0;
        for (double sum : sums) {
            most = Math.max(most, sum);
        }
        return most;
    }

    /** By a whole number, where old entries share the new ones evenly at the borders, too. */
    private double ofAnyLength(Mode mode) throws NoRuleException {
        boolean isHalf = mode.positions().equals("half_pixel");
        boolean isEven = mode.isNearest()
                ? (mode.positions().equals("asymmetric") && mode.rounding().equals("floor"))
                        || (isHalf && mode.rounding().startsWith("round"))
                : isHalf;
        if (scale != Math.rint(scale) || !isEven) {
            throw NoRuleException.ofShape("of a dimension of unknown length");
        }
        return scale;
    }

    private double position(int i, long before, long behind, Mode mode) throws NoRuleException {
        return switch (mode.positions()) {
            case "asymmetric" -> i / scale;
            case "half_pixel" -> (i + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> behind > 1 ? (i + 0.5) / scale - 0.5 : 0;
            case "align_corners" -> behind > 1 ? (double) i * (before - 1) / (behind - 1) : 0;
            default -> throw new NoRuleException("with positions by " + mode.positions());
        };
    }

    private static void spread(double[] sums, double position, Mode mode) throws NoRuleException {
        double last = sums.length - 1.0;
        if (mode.isNearest()) {
            sums[(int) Math.max(0, Math.min(last, rounded(position, mode.rounding())))]++;
            return;
        }
        double inside = Math.max(0, Math.min(last, position));
        int left = (int) Math.min(inside, Math.max(0, last - 1));
        double share = inside - left;
        sums[left] += 1 - share;
        if (share > 0) {
            sums[left + 1] += share;
        }
    }

    private static double rounded(double position, String rounding) throws NoRuleException {
        return switch (rounding) {
            case "floor" -> Math.floor(position);
            case "ceil" -> Math.ceil(position);
            case "round_prefer_floor" -> Math.ceil(position - 0.5);
            case "round_prefer_ceil" -> Math.floor(position + 0.5);
            default -> throw new NoRuleException("rounded by " + rounding);
        };
    }
}
