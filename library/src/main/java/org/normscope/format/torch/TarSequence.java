package org.normscope.format.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Int;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/** A member of a tar archive of torch's, front to back: pickles, and numbers between them. What is read is hashed, what is passed over isn't. */
final class TarSequence {
    private final Contents contents;
    private final RangeReader in;
    private final Unpickler unpickler;
    private final String file;
    private final long end;
    private long at;

    TarSequence(Contents contents, RangeReader in, Unpickler unpickler, String name, Tar.Member member) {
        this.contents = contents;
        this.in = in;
        this.unpickler = unpickler;
        this.file = contents.file() + ", member '" + name + "'";
        this.at = member.start();
        this.end = member.end();
    }

    /** What the member is called in messages. */
    String file() {
        return file;
    }

    /** Bytes from the start of the file to what comes next. */
    long position() {
        return at;
    }

    Position here() {
        return new Position(file, at);
    }

    Unpickler.Pickle nextPickle() throws BadCheckpointException, IOException {
        Unpickler.Pickle pickle = unpickler.read(file, in, at, end);
        byte[] part = new byte[(int) Math.min(1 << 16, pickle.end() - at)];
        while (at < pickle.end()) {
            int count = (int) Math.min(part.length, pickle.end() - at);
            in.readFully(at, part, 0, count);
            contents.describe(count == part.length ? part : Arrays.copyOf(part, count));
            at += count;
        }
        return pickle;
    }

    PickleValue next() throws BadCheckpointException, IOException {
        return nextPickle().root();
    }

    /** How many entries follow. */
    long count() throws BadCheckpointException, IOException {
        Position here = here();
        PickleValue count = next();
        if (count instanceof Int number && number.value() >= 0) {
            return number.value();
        }
        throw here.because("where a number of entries should be is %s", count.inWords());
    }

    /** A tuple of so many values. */
    List<PickleValue> tuple(int size) throws BadCheckpointException, IOException {
        Position here = here();
        PickleValue value = next();
        if (value instanceof PickleValue.Tuple tuple && tuple.items().size() == size) {
            return tuple.items();
        }
        throw here.because("where a tuple of %d should be is %s", size, value.inWords());
    }

    /** Numbers of 8 bytes. */
    ByteBuffer numbers(int count) throws BadCheckpointException, IOException {
        here().require(end - at >= 8L * count, "the member ends within an entry: truncated, download it again");
        byte[] bytes = new byte[8 * count];
        in.readFully(at, bytes, 0, bytes.length);
        contents.describe(bytes);
        at += bytes.length;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Passes over the elements of a storage. */
    void skip(long elements, int bytes) throws BadCheckpointException {
        here().require(
                        elements >= 0 && elements <= (end - at) / bytes,
                        "a storage of %d elements ends behind the member: truncated, download it again",
                        elements);
        at += elements * bytes;
    }

    void requireEnd() throws BadCheckpointException {
        here().require(at == end, "%d bytes behind the last entry; damaged, download it again", end - at);
    }
}
