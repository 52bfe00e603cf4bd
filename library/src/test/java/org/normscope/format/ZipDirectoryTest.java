package org.normscope.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.BytesReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.files.DescribedZip;
import org.normscope.testing.files.ZipBytes;

class ZipDirectoryTest {
    private static final byte[] ARCHIVE = new ZipBytes()
            .stored("a", new byte[40])
            .deflated("b", new byte[50])
            .stored("c", new byte[9])
            .bytes();

    private static final byte[] DATA = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

    private static final int COUNT = ARCHIVE.length - 12;
    private static final int CRC = 14;
    private static final int STORED = 18;
    private static final int SIZE = 22;
    private static final int EXTRA = 28;

    @Test
    void membersHaveTheContentThatWasWritten() throws Exception {
        ZipDirectory zip = open(ARCHIVE);
        assertThat(zip.names()).containsExactly("a", "b", "c");
        assertThat(zip.content(zip.find("b").orElseThrow(), 50)).isEqualTo(new byte[50]);
        assertThat(zip.content(zip.find("c").orElseThrow(), 50)).isEqualTo(new byte[9]);
    }

    @Test
    void moreMembersThanAreAnnouncedAreRejected() {
        byte[] file = ARCHIVE.clone();
        file[COUNT] = 2;
        rejects(file, "a", "behind the 2 members that are announced");
    }

    @ParameterizedTest
    @ValueSource(ints = {CRC, STORED, SIZE})
    void aLocalHeaderWithOtherNumbersIsRejected(int place) {
        byte[] file = ARCHIVE.clone();
        file[place] ^= 1;
        rejects(file, "a", "differ in checksum or sizes");
    }

    @Test
    void anExtraFieldThatEndsInTheNextMemberIsRejected() {
        byte[] file = ARCHIVE.clone();
        file[EXTRA] ^= 4;
        rejects(file, "a", "member 'a' of 40 bytes overlaps what follows");
    }

    @Test
    void aGapBehindAMemberIsRejected() {
        byte[] file = ARCHIVE.clone();
        int header = indexOf(file, "PK\1\2", 0);
        for (int place : new int[] {STORED, SIZE}) {
            file[place] = 36;
            file[header + place + 2] = 36;
        }
        rejects(file, "a", "4 bytes between the end of member 'a' and what follows");
    }

    @Test
    void bytesBeforeTheFirstMemberAreRejected() {
        byte[] file = ARCHIVE.clone();
        int second = indexOf(file, "PK\1\2", indexOf(file, "PK\1\2", 0) + 1);
        byte[] without = new byte[file.length - 47];
        System.arraycopy(file, 0, without, 0, second - 47);
        System.arraycopy(file, second, without, second - 47, file.length - second);
        without[without.length - 12] = 2;
        without[without.length - 10] -= 47;
        rejects(without, "b", "71 bytes before the first member belong to nobody");
    }

    @Test
    void aNameThatOnlyTheDirectoryHasIsRejectedWhoeverIsLookedFor() {
        byte[] file = ARCHIVE.clone();
        file[indexOf(file, "PK\1\2", 0) + 46] = 'A';
        rejects(file, "c", "the directory calls this member 'A', its own header otherwise");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aDirectoryThatDoesNotEndAtItsRecordIsRejected(int more) {
        byte[] file = ARCHIVE.clone();
        file[file.length - 10] += (byte) more;
        rejects(file, "a", "does not end here");
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 20, 24})
    void membersAreFoundWhateverTheirDescriptorsLookLike(int descriptor) throws Exception {
        ZipDirectory zip = open(described(descriptor));
        ZipEntry entry = zip.find("m").orElseThrow();
        assertThat(entry.offset()).isEqualTo(48);
        assertThat(zip.content(entry, 50)).isEqualTo(DATA);
        assertThat(zip.content(zip.find("n").orElseThrow(), 50)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 20, 24})
    void noBitOfAnExtraLengthOrDescriptorMovesTheData(int descriptor) {
        byte[] file = described(descriptor);
        for (int bit = 0; bit < 16; bit++) {
            rejects(flipped(file, EXTRA, bit), "m", "member 'm'");
        }
        int behind = 48 + DATA.length;
        for (int bit = 0; bit < 8 * descriptor; bit++) {
            rejects(flipped(file, behind, bit), "m", "member 'm'");
        }
    }

    @Test
    void noBitOfTheRecordsAtTheEndIsOverlooked() {
        byte[] file = described(16);
        int directory = indexOf(file, "PK\1\2", 0);
        int zip64 = indexOf(file, "PK\6\6", 0);
        int[] places = {zip64, zip64 + 4, zip64 + 32, zip64 + 40, zip64 + 48, zip64 + 64, file.length - 22};
        for (int place : places) {
            for (int bit = 0; bit < 16; bit++) {
                rejects(flipped(file, place, bit), "m", "");
            }
        }
        rejects(flipped(file, directory + 42, 0), "m", "");
    }

    private static byte[] described(int descriptor) {
        return new DescribedZip(descriptor)
                .with("m", DATA)
                .with("n", new byte[0])
                .bytes();
    }

    private static byte[] flipped(byte[] file, int at, int bit) {
        byte[] flipped = file.clone();
        flipped[at + bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    private static int indexOf(byte[] file, String text, int from) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(text, from);
    }

    @Test
    void aMemberThatNoStreamCouldInflateToIsRejectedBeforeMemoryIsAskedFor() {
        byte[] file = ARCHIVE.clone();
        int header = indexOf(file, "PK\1\2", indexOf(file, "PK\1\2", 0) + 1);
        file[header + 24 + 3] = 2;
        file[indexOf(file, "PK\3\4", 100) - 1] = 2;
        rejects(file, "b", "and has 33554482");
    }

    private static void rejects(byte[] file, String member, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> open(file).find(member))
                .withMessageContaining(words)
                .withMessageStartingWith("x.zip, byte ");
    }

    private static ZipDirectory open(byte[] file) throws Exception {
        return ZipDirectory.read("x.zip", new BytesReader(file), 0, file.length);
    }
}
