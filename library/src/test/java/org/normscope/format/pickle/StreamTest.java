package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.format.Unpickler.Pickle;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** A pickle in its range of the file: several in a row, and a bounded buffer between storage and machine. */
class StreamTest {
    private final PickleMachine machine = new PickleMachine();

    @Test
    void theNextPickleOfAStreamBeginsWhereOneEnds() throws Exception {
        byte[] stream =
                Pickles.bytes("xx", "\200\2\212\12l\374\234F\371 j\250P\31.", "\200\2M\351\3.", "}.", "raw data");
        List<String> found = new ArrayList<>();
        long at = 2;
        try (RangeReader in = Pickles.open(stream)) {
            for (int i = 0; i < 3; i++) {
                Pickle pickle = machine.read(Pickles.FILE, in, at, in.length());
                found.add(Shown.of(pickle.root()));
                at = pickle.end();
            }
        }
        assertThat(found).containsExactly("119547037146038801333356", "1001", "{}");
        assertThat(at).isEqualTo(stream.length - "raw data".length());
    }

    @Test
    void offsetsCountFromTheStartOfTheFile() {
        RangeReader in = Pickles.open(Pickles.bytes("0123456789", "N\377."));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> machine.read("a.pt", in, 10, 13))
                .withMessage("a.pt, byte 11: pickle: no protocol has an opcode 0xff");
    }

    @Test
    void nothingBehindTheRangeIsRead() {
        RangeReader in = Pickles.open(Pickles.bytes("U\4abcd."));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> machine.read("a.pt", in, 0, 4))
                .withMessageContaining("4 bytes are announced, 2 are left");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> machine.read("a.pt", in, 0, 8));
    }

    @Test
    void storageIsReadInChunks() throws Exception {
        int chunk = 1 << 16;
        byte[] content = Pickles.repeated("(", "J\1\0\0\0000", 100_000, "J\377\377\377\177t.");
        Counting in = new Counting(Pickles.open(content));
        assertThat(Shown.of(machine.read("a.pt", in, 0, in.length()).root())).isEqualTo("(2147483647)");
        assertThat(in.reads.stream().mapToInt(Integer::intValue).sum()).isEqualTo(content.length);
        assertThat(in.reads)
                .hasSizeLessThanOrEqualTo(content.length / chunk + 2)
                .allMatch(count -> count <= chunk);
    }

    @Test
    void aStringLongerThanTheBufferIsReadAtOnce() throws Exception {
        String text = "0123456789".repeat(30_000);
        byte[] content = Pickles.bytes("K\1X\340\223\4\0", text, "\206.");
        Counting in = new Counting(Pickles.open(content));
        assertThat(Shown.of(machine.read("a.pt", in, 0, in.length()).root())).isEqualTo("(1, \"" + text + "\")");
        assertThat(in.reads).hasSize(3);
    }

    private static final class Counting implements RangeReader {
        private final RangeReader in;
        private final List<Integer> reads = new ArrayList<>();

        Counting(RangeReader in) {
            this.in = in;
        }

        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            reads.add(count);
            in.readFully(position, destination, offset, count);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
