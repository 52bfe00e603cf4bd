package org.normscope.convolution;

/**
 * Cosine and sine of shares of a turn, each within {@code 3 u} of the exact value, the same bits everywhere: the share is reduced to an eighth of a
 * turn exactly, and {@link StrictMath} is within one unit in the last place there.
 */
final class Turns {
    private Turns() {}

    /** {@code cos(2 pi t)}; t in [0, 1), a multiple of 2^-48. */
    static double cosine(double t) {
        return sine(t + 0.25);
    }

    /** {@code sin(2 pi t)}; t in [0, 1.25), a multiple of 2^-48. */
    static double sine(double t) {
        int quarter = (int) Math.floor(4 * t + 0.5);
        double angle = 2 * Math.PI * (t - quarter * 0.25);
        return switch (quarter & 3) {
            case 0 -> StrictMath.sin(angle);
            case 1 -> StrictMath.cos(angle);
            case 2 -> -StrictMath.sin(angle);
            default -> -StrictMath.cos(angle);
        };
    }
}
