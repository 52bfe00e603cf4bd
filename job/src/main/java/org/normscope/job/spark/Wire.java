package org.normscope.job.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Results as bytes of Java serialization, which every {@code spark.serializer} passes on unharmed: Kryo can't build records. Both ends
 * are Normscope's own.
 */
final class Wire {
    private Wire() {}

    static byte[] pack(Serializable value) {
        return pack(value, 1 << 10);
    }

    /** @param size about what it takes, in bytes: memory that is asked for once is cheaper than what grows */
    static byte[] pack(Serializable value, int size) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Object unpack(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("driver and executors run different versions of Normscope", e);
        }
    }
}
