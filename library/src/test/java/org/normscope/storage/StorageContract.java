package org.normscope.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.normscope.storage.RangeReader.Range;
import org.normscope.storage.Storage.Kind;

/** What every storage must do. */
public abstract class StorageContract {
    private static final byte[] CONTENT = {10, 11, 12, 13, 14, 15, 16, 17};

    /** The storage under test. */
    protected abstract Storage storage();

    /** The location of an existing, empty directory. */
    protected abstract String directory() throws IOException;

    /** Puts a file below the directory, missing directories on the way included, and returns its location. */
    protected abstract String put(String name, byte[] content) throws IOException;

    @Test
    void tellsFilesDirectoriesAndNothingApart() throws IOException {
        String file = put("deep/a", CONTENT);
        assertThat(storage().kind(file)).isEqualTo(Kind.FILE);
        assertThat(storage().kind(directory())).isEqualTo(Kind.DIRECTORY);
        assertThat(storage().kind(storage().child(directory(), "deep"))).isEqualTo(Kind.DIRECTORY);
        assertThat(storage().kind(storage().child(directory(), "absent"))).isEqualTo(Kind.MISSING);
        assertThat(storage().kind(storage().child(file, "below-a-file"))).isEqualTo(Kind.MISSING);
    }

    @Test
    void knowsWhenAFileWasWrittenOrNothingOfIt() throws IOException {
        long hour = 3_600_000;
        long now = System.currentTimeMillis();
        assertThat(storage().lastWritten(put("a", CONTENT)))
                .satisfiesAnyOf(
                        time -> assertThat(time).isZero(),
                        time -> assertThat(time).isBetween(now - hour, now + hour));
    }

    @Test
    void readsARangeAndLeavesTheRestOfTheDestination() throws IOException {
        try (RangeReader in = storage().open(put("a", CONTENT))) {
            byte[] destination = new byte[5];
            in.readFully(3, destination, 1, 3);
            assertThat(destination).containsExactly(0, 13, 14, 15, 0);
            assertThat(in.length()).isEqualTo(CONTENT.length);
        }
    }

    @Test
    void readsNothingAtTheEnd() throws IOException {
        try (RangeReader in = storage().open(put("a", CONTENT))) {
            in.readFully(CONTENT.length, new byte[1], 1, 0);
            in.readFully(0, new byte[0], 0, 0);
        }
    }

    @Test
    void failsAtEndOfFileInsteadOfReadingShort() throws IOException {
        try (RangeReader in = storage().open(put("a", CONTENT))) {
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> in.readFully(5, new byte[4], 0, 4));
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> in.readFully(Long.MAX_VALUE, new byte[4], 0, 4));
        }
    }

    @Test
    void refusesARangeThatTheDestinationCannotHold() throws IOException {
        try (RangeReader in = storage().open(put("a", CONTENT))) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> in.readFully(0, new byte[4], 2, 3));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> in.readFully(-1, new byte[4], 0, 1));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> in.readFully(0, new byte[4], 0, -1));
        }
    }

    @Test
    void readsPiecesOneBehindTheOther() throws IOException {
        byte[] content = new byte[4000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 4);
        }
        try (RangeReader in = storage().open(put("pieces", content))) {
            byte[] destination = new byte[2001];
            in.readPieces(new Pieces(1, 4, 2, 1000), destination);
            for (int i = 0; i < 2000; i++) {
                assertThat(destination[i]).isEqualTo((byte) (i / 2));
            }
            assertThat(destination[2000]).isZero();
        }
    }

    @Test
    void failsOnPiecesThatEndBehindTheFile() throws IOException {
        try (RangeReader in = storage().open(put("a", CONTENT))) {
            in.readPieces(new Pieces(1, 5, 2, 2), new byte[4]);
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> in.readPieces(new Pieces(2, 5, 2, 2), new byte[4]));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> in.readPieces(new Pieces(1, 5, 2, 2), new byte[3]));
        }
    }

    @Test
    void readsRangesNearAndFar() throws IOException {
        byte[] content = new byte[1 << 20];
        new Random(7).nextBytes(content);
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ranges.add(new Range(3_000L * i + i % 2, 1 + i));
        }
        ranges.add(new Range(content.length - 2, 2));
        try (RangeReader in = storage().open(put("ranges", content))) {
            List<byte[]> read = in.readRanges(ranges);
            assertThat(read).hasSameSizeAs(ranges);
            for (int i = 0; i < read.size(); i++) {
                int from = (int) ranges.get(i).position();
                assertThat(read.get(i))
                        .isEqualTo(Arrays.copyOfRange(
                                content, from, from + ranges.get(i).bytes()));
            }
            assertThat(in.readRanges(List.of())).isEmpty();
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> in.readRanges(List.of(new Range(0, 1), new Range(content.length - 1, 2))));
        }
    }

    @Test
    void readsARangeLargerThanItsBuffers() throws IOException {
        byte[] large = new byte[(3 << 20) + 5];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 3);
        }
        try (RangeReader in = storage().open(put("large", large))) {
            byte[] read = new byte[large.length - 1];
            in.readFully(1, read, 0, read.length);
            assertThat(read).isEqualTo(Arrays.copyOfRange(large, 1, large.length));
        }
    }

    @Test
    void letsManyThreadsShareAFile() throws IOException {
        byte[] content = new byte[4096];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / 16);
        }
        try (RangeReader in = storage().open(put("shared", content))) {
            boolean same = IntStream.range(0, 256).parallel().allMatch(i -> readsSixteenOf(in, i));
            assertThat(same).isTrue();
        }
    }

    private static boolean readsSixteenOf(RangeReader in, int value) {
        byte[] read = new byte[16];
        try {
            in.readFully(16L * value, read, 0, 16);
        } catch (IOException e) {
            return false;
        }
        return IntStream.range(0, 16).allMatch(i -> read[i] == (byte) value);
    }

    @Test
    void doesNotOpenWhatIsNoFile() throws IOException {
        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> storage().open(storage().child(directory(), "absent")));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> storage().open(directory()));
    }

    @Test
    void listsNamesSortedHiddenOnesIncluded() throws IOException {
        put("b", CONTENT);
        put("a c%20#", CONTENT);
        put("_d", CONTENT);
        put(".metadata", CONTENT);
        put("deep/e", CONTENT);
        assertThat(storage().list(directory())).containsExactly(".metadata", "_d", "a c%20#", "b", "deep");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage().list(storage().child(directory(), "b")));
    }

    @Test
    void findsChildrenWithOddNames() throws IOException {
        for (String name :
                new String[] {"a b", "100%25", "%41", "#1", "a?b", "x+y", "модель", "c:d", "[x]", "{y,z}*"}) {
            put(name, CONTENT);
            String child = storage().child(directory(), name);
            assertThat(storage().kind(child)).as(name).isEqualTo(Kind.FILE);
            assertThat(storage().name(child)).isEqualTo(name);
            try (RangeReader in = storage().open(child)) {
                assertThat(in.length()).as(name).isEqualTo(CONTENT.length);
            }
        }
    }

    @Test
    void knowsTheParentOfAChild() throws IOException {
        String file = put("deep/a", CONTENT);
        String above = storage().parent(file);
        assertThat(storage().list(above)).containsExactly("a");
        assertThat(storage().list(storage().parent(above + "/"))).containsExactly("deep");
    }

    @Test
    void findsThatAFileBelongsToItsDirectory() throws IOException {
        String file = put("deep/a", CONTENT);
        put("other/b", CONTENT);
        assertThat(storage().belongsTo(directory(), file)).isTrue();
        assertThat(storage().belongsTo(storage().child(directory(), "other"), file))
                .isFalse();
    }
}
