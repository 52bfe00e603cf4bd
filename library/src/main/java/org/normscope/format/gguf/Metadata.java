package org.normscope.format.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.normscope.format.HeaderInput;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The key-value pairs of a file. Every one is checked; kept are only the integers and short texts that a reader of tensors needs.
 *
 * @param integers values of the integer types, by key; unsigned ones from 2^63 on are negative
 * @param texts values that are texts of at most {@value #LONGEST_TEXT} bytes, by key
 */
record Metadata(Map<String, Long> integers, Map<String, String> texts) {
    private static final String ALIGNMENT = "general.alignment";
    private static final String ARCHITECTURE = "general.architecture";
    private static final String PARTS = "split.count";
    private static final Set<String> KEPT = Set.of(ALIGNMENT, ARCHITECTURE, PARTS);
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final long LARGEST_ALIGNMENT = 1 << 20;
    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_KEY = 65_535;
    private static final long MOST_KEY_BYTES = 4_000_000;
    private static final long MOST_PAIRS = 100_000;
    private static final long SHORTEST_PAIR = Long.BYTES + Integer.BYTES + 1;

    /** Reads so many pairs. */
    static Metadata read(HeaderInput in, long pairs) throws BadCheckpointException, IOException {
        in.here()
                .require(
                        pairs >= 0 && pairs <= MOST_PAIRS && pairs <= in.left() / SHORTEST_PAIR,
                        "%s key-value pairs are announced, the file has %d bytes left and this reader takes at most %d",
                        Long.toUnsignedString(pairs),
                        in.left(),
                        MOST_PAIRS);
        Metadata metadata = new Metadata(new HashMap<>(), new HashMap<>());
        Set<String> keys = new HashSet<>();
        long keyBytes = 0;
        for (long i = 0; i < pairs; i++) {
            Position start = in.here();
            String key = text(in, LONGEST_KEY, "a key");
            keyBytes += key.length();
            start.require(keyBytes <= MOST_KEY_BYTES, "the keys have more than %d bytes", MOST_KEY_BYTES);
            start.require(keys.add(key), "key %s a second time; write the file again", Printable.quoted(key));
            metadata.take(key, in);
        }
        return metadata;
    }

    private void take(String key, HeaderInput in) throws BadCheckpointException, IOException {
        Position start = in.here();
        ValueType type = ValueType.byId(start, in.u32());
        if (!KEPT.contains(key)) {
            type.skip(in, 0);
        } else if (type == ValueType.STRING) {
            texts.put(key, text(in, LONGEST_TEXT, "the value of " + key));
        } else if (type.isInteger()) {
            integers.put(key, type.integer(in));
        } else {
            throw start.because("the value of %s is of type %s", key, type);
        }
    }

    /** A text with its length before it. */
    static String text(HeaderInput in, int longest, String what) throws BadCheckpointException, IOException {
        Position start = in.here();
        long length = in.i64();
        start.require(
                length >= 0 && length <= longest && length <= in.left(),
                "%s has %s bytes, more than %d; damaged, download it again",
                what,
                Long.toUnsignedString(length),
                Math.min(longest, in.left()));
        return in.text((int) length, StandardCharsets.UTF_8);
    }

    /** The multiple of which every offset is, a power of two. */
    long alignment(Position header) throws BadCheckpointException {
        header.require(!texts.containsKey(ALIGNMENT), "%s is a text, not a number", ALIGNMENT);
        long alignment = integers.getOrDefault(ALIGNMENT, DEFAULT_ALIGNMENT);
        header.require(
                alignment >= 1 && alignment <= LARGEST_ALIGNMENT && Long.bitCount(alignment) == 1,
                "%s %d is not a power of two up to %d",
                ALIGNMENT,
                alignment,
                LARGEST_ALIGNMENT);
        return alignment;
    }

    Optional<String> architecture() {
        return Optional.ofNullable(texts.get(ARCHITECTURE)).filter(name -> !name.isEmpty());
    }

    /** How many files the model was split over; 1 if the file says nothing. */
    long parts() {
        return integers.getOrDefault(PARTS, 1L);
    }
}
