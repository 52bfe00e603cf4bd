package org.normscope.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.BytesReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.files.ZipBytes;

class ZipDirectoryTest {
    private static final byte[] ARCHIVE = new ZipBytes()
            .stored("a", new byte[40])
            .deflated("b", new byte[50])
            .stored("c", new byte[9])
            .bytes();

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
        rejects(file, "a", "they overlap");
    }

    @Test
    void aGapBehindAMemberIsRejected() {
        byte[] file = ARCHIVE.clone();
        int header = new String(file, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        for (int place : new int[] {STORED, SIZE}) {
            file[place] = 36;
            file[header + place + 2] = 36;
        }
        rejects(file, "a", "4 bytes before the next one: there is a gap");
    }

    @Test
    void aMemberThatNoStreamCouldInflateToIsRejectedBeforeMemoryIsAskedFor() {
        byte[] file = ARCHIVE.clone();
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int header = text.indexOf("PK\1\2", text.indexOf("PK\1\2") + 1);
        file[header + 24 + 3] = 2;
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
