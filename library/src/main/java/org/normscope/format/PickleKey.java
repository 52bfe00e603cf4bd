package org.normscope.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A value as key of a dict: equal where Python says so. Ordered, so that a hash table full of keys that an adversary made
 * to collide stays fast.
 */
final class PickleKey implements Comparable<PickleKey> {
    private static final double LONG_RANGE = 0x1p63;

    private enum Kind {
        NONE,
        INTEGER,
        BIG,
        FRACTION,
        TEXT,
        BYTES,
        GLOBAL,
        TUPLE,
        OBJECT
    }

    private final Kind kind;
    private final Object content;
    private final int hash;

    private PickleKey(Kind kind, Object content) {
        this.kind = kind;
        this.content = content;
        this.hash = kind == Kind.OBJECT ? System.identityHashCode(content) : content.hashCode();
    }

    /** The key of a value of {@link PickleValue#keySize} up to {@link PickleValue#LARGEST_KEY}. */
    static PickleKey of(PickleValue value) {
        if (value.keySize() > PickleValue.LARGEST_KEY) {
            throw new IllegalArgumentException("not a key: " + value.inWords());
        }
        if (value instanceof PickleValue.Text text) {
            return new PickleKey(Kind.TEXT, text.value());
        }
        if (value instanceof PickleValue.Bytes bytes) {
            return new PickleKey(Kind.BYTES, bytes.content());
        }
        if (value instanceof PickleValue.Global global) {
            return new PickleKey(Kind.GLOBAL, List.of(text(global.module()), text(global.name())));
        }
        if (value instanceof PickleValue.Tuple tuple) {
            return tuple.key();
        }
        return value == PickleValue.None.NONE ? new PickleKey(Kind.NONE, value) : number(value);
    }

    /** The key of a tuple of these. */
    static PickleKey of(List<PickleValue> items) {
        return new PickleKey(Kind.TUPLE, items.stream().map(PickleKey::of).toList());
    }

    private static PickleKey text(String text) {
        return new PickleKey(Kind.TEXT, text);
    }

    private static PickleKey number(PickleValue value) {
        if (value instanceof PickleValue.Int integer) {
            return new PickleKey(Kind.INTEGER, integer.value());
        }
        if (value instanceof PickleValue.Bool bool) {
            return new PickleKey(Kind.INTEGER, bool.value() ? 1L : 0L);
        }
        if (value instanceof PickleValue.BigInt big) {
            return new PickleKey(Kind.BIG, big.value());
        }
        if (value instanceof PickleValue.Real real && !Double.isNaN(real.value())) {
            return real(real.value());
        }
        return new PickleKey(Kind.OBJECT, value);
    }

    private static PickleKey real(double value) {
        if (value != Math.rint(value) || Double.isInfinite(value)) {
            return new PickleKey(Kind.FRACTION, value);
        }
        if (-LONG_RANGE <= value && value < LONG_RANGE) {
            return new PickleKey(Kind.INTEGER, (long) value);
        }
        return new PickleKey(Kind.BIG, new BigDecimal(value).toBigIntegerExact());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PickleKey key
                && kind == key.kind
                && (content == key.content || kind != Kind.OBJECT && content.equals(key.content));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Zero also for two objects of one identity hash; a hash table searches those one by one. */
    @Override
    public int compareTo(PickleKey other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        if (content == other.content) {
            return 0;
        }
        return switch (kind) {
            case NONE -> 0;
            case INTEGER -> Long.compare((Long) content, (Long) other.content);
            case BIG -> ((BigInteger) content).compareTo((BigInteger) other.content);
            case FRACTION -> Double.compare((Double) content, (Double) other.content);
            case TEXT -> ((String) content).compareTo((String) other.content);
            case BYTES -> ((ByteBuffer) content).compareTo((ByteBuffer) other.content);
            case GLOBAL, TUPLE -> compare((List<?>) content, (List<?>) other.content);
            case OBJECT -> Integer.compare(hash, other.hash);
        };
    }

    private static int compare(List<?> left, List<?> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = ((PickleKey) left.get(i)).compareTo((PickleKey) right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
