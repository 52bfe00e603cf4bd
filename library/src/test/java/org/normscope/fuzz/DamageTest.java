package org.normscope.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.files.SmallFile;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;
import org.normscope.testing.files.WholeRead.Found;

/** A damaged file is rejected as documented, or says the same of every tensor that the damage didn't hit. */
class DamageTest {
    private static final int MOST_SHOWN = 20;

    static List<SmallFile> files() {
        return SmallFiles.all();
    }

    @Test
    void thereAreFilesOfAllFormats() {
        assertThat(files()).hasSize(21);
    }

    @ParameterizedTest
    @MethodSource("files")
    void noTruncationChangesATensorThatIsStillThere(SmallFile small) {
        Map<String, Found> whole = whole(small);
        List<String> wrong = new ArrayList<>();
        for (String file : small.files()) {
            byte[] content = small.content(file);
            for (int length = 0; length < content.length; length++) {
                Set<String> hit = small.hit(file, length, content.length);
                String what = file + " cut to " + length;
                check(small, file, Arrays.copyOf(content, length), what, whole, hit, wrong);
            }
        }
        assertThat(wrong.stream().limit(MOST_SHOWN)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void noFlippedBitChangesATensorThatItDoesNotHit(SmallFile small) {
        Map<String, Found> whole = whole(small);
        List<String> wrong = new ArrayList<>();
        for (String file : small.files()) {
            byte[] content = small.content(file).clone();
            for (int at = 0; at < content.length; at++) {
                Set<String> hit = small.hit(file, at, at + 1);
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    content[at] ^= (byte) (1 << bit);
                    check(small, file, content, file + ", byte " + at + ", bit " + bit, whole, hit, wrong);
                    content[at] ^= (byte) (1 << bit);
                }
            }
        }
        assertThat(wrong.stream().limit(MOST_SHOWN)).isEmpty();
    }

    private static Map<String, Found> whole(SmallFile small) {
        String first = small.files().iterator().next();
        Map<String, Found> whole = WholeRead.attempt(small.storage(first, small.content(first)), small.location())
                .orElseThrow()
                .tensors();
        assertThat(whole).isNotEmpty();
        assertThat(whole.values()).allMatch(found -> found.digest().length() == 64);
        return whole;
    }

    private static void check(
            SmallFile small,
            String file,
            byte[] damaged,
            String what,
            Map<String, Found> whole,
            Set<String> hit,
            List<String> wrong) {
        Optional<WholeRead> read = Optional.empty();
        try {
            read = WholeRead.attempt(small.storage(file, damaged), small.location());
        } catch (RuntimeException | Error e) {
            wrong.add(what + ": " + e);
        }
        if (read.isPresent()) {
            for (Map.Entry<String, Found> tensor : whole.entrySet()) {
                Found now = read.get().tensors().get(tensor.getKey());
                if (!hit.contains(tensor.getKey()) && !tensor.getValue().equals(now)) {
                    wrong.add(what + ": " + tensor + " became " + now);
                }
            }
        }
    }
}
