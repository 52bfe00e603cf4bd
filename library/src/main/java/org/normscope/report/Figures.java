package org.normscope.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers for people: six significant digits; bounds are rounded outwards, so that what is printed is still a bound. */
public final class Figures {
    private static final int DIGITS = 6;
    private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};

    private Figures() {}

    /** At most the value. */
    public static String down(double value) {
        return format(value, RoundingMode.FLOOR);
    }

    /** At least the value. */
    public static String up(double value) {
        return format(value, RoundingMode.CEILING);
    }

    /** The value to six significant digits. */
    public static String close(double value) {
        return format(value, RoundingMode.HALF_EVEN);
    }

    /** The value to three significant digits. */
    public static String near(double value) {
        return format(new BigDecimal(value, new MathContext(3, RoundingMode.HALF_EVEN)));
    }

    /** At least the probability, to two significant digits: {@code 1.1e-12}. */
    public static String chance(double probability) {
        return String.format(Locale.ROOT, "%.1e", Math.nextUp(probability * 1.05));
    }

    private static String format(double value, RoundingMode mode) {
        return format(new BigDecimal(value, new MathContext(DIGITS, mode)));
    }

    private static String format(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        BigDecimal plain = value.stripTrailingZeros();
        int exponent = plain.precision() - plain.scale() - 1;
        if (exponent >= -4 && exponent < DIGITS + 2) {
            return plain.toPlainString();
        }
        return plain.movePointLeft(exponent).toPlainString() + "e" + exponent;
    }

    /** A length: {@code 64.0 MB}, units of 1024. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** {@code 1 file}, {@code 2 files}, {@code 3 matrices}. */
    public static String count(long count, String one) {
        if (count == 1) {
            return "1 " + one;
        }
        return count + " " + (one.endsWith("rix") ? one.substring(0, one.length() - 1) + "ces" : one + "s");
    }
}
