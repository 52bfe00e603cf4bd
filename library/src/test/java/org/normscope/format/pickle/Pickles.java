package org.normscope.format.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.normscope.format.PickleValue;
import org.normscope.format.Unpickler.Pickle;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.MemoryStorage;

/** Pickles in memory. */
final class Pickles {
    static final String FILE = "model/data.pkl";

    private Pickles() {}

    /** Bytes written as the Latin-1 letters of strings. */
    static byte[] bytes(String... parts) {
        return String.join("", parts).getBytes(StandardCharsets.ISO_8859_1);
    }

    static RangeReader open(byte[] content) {
        try {
            return new MemoryStorage().with(FILE, content).open(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pickle read(PickleMachine machine, byte[] content) throws BadCheckpointException {
        RangeReader in = open(content);
        try {
            return machine.read(FILE, in, 0, in.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PickleValue root(String... parts) throws BadCheckpointException {
        return read(new PickleMachine(), bytes(parts)).root();
    }

    static String shown(String... parts) throws BadCheckpointException {
        return Shown.of(root(parts));
    }

    /** Appends text so many times. */
    static byte[] repeated(String before, String text, int times, String after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(before));
        byte[] block = bytes(text);
        for (int i = 0; i < times; i++) {
            out.writeBytes(block);
        }
        out.writeBytes(bytes(after));
        return out.toByteArray();
    }
}
