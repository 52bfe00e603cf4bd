package org.normscope.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Printable;

/**
 * A value that a pickle holds, as inert data. The types here never change; those of {@link PickleObject} are filled while
 * the pickle is read and may therefore hold themselves. No method of either walks through what a value holds, except
 * through tuples small enough to be keys: use {@link PickleWalk}.
 *
 * <p>Scalars are equal by content, everything else by identity.
 */
public sealed interface PickleValue
        permits PickleValue.None,
                PickleValue.Bool,
                PickleValue.Int,
                PickleValue.BigInt,
                PickleValue.Real,
                PickleValue.Text,
                PickleValue.Bytes,
                PickleValue.Tuple,
                PickleValue.Global,
                PickleValue.PersistentId,
                PickleObject {
    /** {@link #keySize} of a value that can't be a key. */
    long NOT_A_KEY = Long.MAX_VALUE;

    /** The largest {@link #keySize} that a key of a dict or a member of a set may have. */
    long LARGEST_KEY = 1 << 16;

    /** What the value is, for a message: {@code a list of 3}, {@code the integer 5}. */
    String inWords();

    /** The value as one element of a path, as Python's {@code str} writes scalars and tuples of them. */
    default String label() {
        return inWords();
    }

    /** What comparing the value as a key costs, in characters; {@link #NOT_A_KEY} where Python can't hash it. */
    default long keySize() {
        return 1;
    }

    /** The integers of a tuple, a list or a {@code torch.Size} of either; empty for anything else. */
    static Optional<List<Long>> integers(PickleValue value) {
        PickleValue holder = value;
        if (value instanceof PickleObject.Call call && call.type().name().equals("Size")) {
            holder = call.arguments().isEmpty()
                    ? new Tuple(List.of())
                    : call.arguments().get(0);
        }
        List<PickleValue> items = holder instanceof Tuple tuple ? tuple.items() : List.of(None.NONE);
        if (holder instanceof PickleObject.Sequence sequence) {
            items = sequence.items();
        }
        return items.stream().allMatch(Int.class::isInstance)
                ? Optional.of(items.stream().map(item -> ((Int) item).value()).toList())
                : Optional.empty();
    }

    /** Python's {@code None}. */
    enum None implements PickleValue {
        /** The only one. */
        NONE;

        @Override
        public String inWords() {
            return "None";
        }
    }

    /** {@code True} or {@code False}. */
    record Bool(boolean value) implements PickleValue {
        @Override
        public String inWords() {
            return value ? "True" : "False";
        }
    }

    /** An integer of 64 bits. */
    record Int(long value) implements PickleValue {
        @Override
        public String inWords() {
            return "the integer " + value;
        }

        @Override
        public String label() {
            return Long.toString(value);
        }
    }

    /** An integer outside the 64 bits of {@link Int}. */
    record BigInt(BigInteger value) implements PickleValue {
        @Override
        public String inWords() {
            return "an integer of " + value.bitLength() + " bits";
        }

        @Override
        public String label() {
            return value.toString();
        }

        @Override
        public long keySize() {
            return 1 + value.bitLength() / Byte.SIZE;
        }
    }

    /** A {@code float}: NaN and infinities are legal. */
    record Real(double value) implements PickleValue {
        @Override
        public String inWords() {
            return "the number " + value;
        }

        @Override
        public String label() {
            return Double.toString(value);
        }
    }

    /** A {@code str}, or a {@code str} of Python 2 whose bytes are UTF-8. Whole Unicode characters. */
    record Text(String value) implements PickleValue {
        @Override
        public String inWords() {
            return "the text " + Printable.quoted(value);
        }

        @Override
        public String label() {
            return value;
        }

        @Override
        public long keySize() {
            return 1L + value.length();
        }
    }

    /** {@code bytes}, {@code bytearray}, or a {@code str} of Python 2 that isn't UTF-8. Equal by content. */
    final class Bytes implements PickleValue {
        /** Unlike a text, bytes are hashed anew for each use as a key. */
        private static final long COST_OF_BYTE = 16;

        private final byte[] content;

        /** Wraps an array that nobody modifies any more. */
        public Bytes(byte[] content) {
            this.content = content;
        }

        /** The bytes, read-only, from position 0. */
        public ByteBuffer content() {
            return ByteBuffer.wrap(content).asReadOnlyBuffer();
        }

        @Override
        public String inWords() {
            return content.length + " bytes";
        }

        @Override
        public long keySize() {
            return 1 + COST_OF_BYTE * content.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }

    /** A {@code tuple}. Equal by identity. */
    final class Tuple implements PickleValue {
        /** So a tuple that is a key has few items, and tuples in it are not deep. */
        private static final long COST_OF_ITEM = LARGEST_KEY / 256;

        private static final long COST_OF_TUPLE = LARGEST_KEY / 64;

        private final List<PickleValue> items;
        private final long keySize;
        private @Nullable PickleKey key;

        /** Copies the list. */
        public Tuple(List<PickleValue> items) {
            this.items = List.copyOf(items);
            this.keySize = sizeOf(items);
        }

        /** The items in order, unmodifiable. */
        public List<PickleValue> items() {
            return items;
        }

        @Override
        public String inWords() {
            return "a tuple of " + items.size();
        }

        @Override
        public String label() {
            return keySize > LARGEST_KEY
                    ? inWords()
                    : items.stream().map(PickleValue::label).collect(Collectors.joining(", ", "(", ")"));
        }

        @Override
        public long keySize() {
            return keySize;
        }

        /** The tuple as a key; made once, because a pickle may use it very often. */
        PickleKey key() {
            PickleKey known = key;
            if (known == null) {
                known = PickleKey.of(items);
                key = known;
            }
            return known;
        }

        private static long sizeOf(List<PickleValue> items) {
            long sum = COST_OF_TUPLE;
            for (PickleValue item : items) {
                if (item.keySize() == NOT_A_KEY) {
                    return NOT_A_KEY;
                }
                // Saturates so far below the mark for "not a key" that no sum of two sizes reaches it.
                sum = Math.min(sum + COST_OF_ITEM + item.keySize(), NOT_A_KEY / 4);
            }
            return sum;
        }
    }

    /**
     * A class or function by name; nothing is ever looked up or loaded.
     *
     * @param module as the file writes it, e.g. {@code torch._utils}
     * @param name e.g. {@code _rebuild_tensor_v2}
     */
    record Global(String module, String name) implements PickleValue {
        @Override
        public String inWords() {
            return "the class or function " + Printable.quoted(toString());
        }

        @Override
        public String label() {
            return toString();
        }

        @Override
        public long keySize() {
            return 1L + module.length() + name.length();
        }

        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /**
     * What stands for an object outside the pickle, in torch's files a storage.
     *
     * @param id a tuple of scalars, globals and tuples of them
     */
    record PersistentId(Tuple id) implements PickleValue {
        @Override
        public String inWords() {
            return "a persistent id";
        }
    }
}
