package org.normscope.job.settings;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 64MB}, {@code 1 GiB}, {@code 4096}; units are powers of 1024. */
final class ByteSize {
    private static final Pattern SIZE = Pattern.compile("(\\d+) ?(?:([kmgt])?i?b?)?", Pattern.CASE_INSENSITIVE);
    private static final List<String> UNITS = List.of("k", "m", "g", "t");

    private ByteSize() {}

    /**
     * Bytes.
     *
     * @throws IllegalArgumentException if the text isn't a size or exceeds {@code Long.MAX_VALUE}
     */
    static long parse(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size: " + text);
        }
        String unit = matcher.group(2);
        int power = unit == null ? 0 : 1 + UNITS.indexOf(unit.toLowerCase(Locale.ROOT));
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large: " + text, e);
        }
    }
}
