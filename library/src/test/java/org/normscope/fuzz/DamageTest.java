package org.normscope.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        assertThat(files()).hasSize(24);
    }

    @ParameterizedTest
    @MethodSource("files")
    void noTruncationChangesATensorThatIsStillThere(SmallFile small) {
        Map<String, Found> whole = whole(small);
        for (String file : small.files()) {
            byte[] content = small.content(file);
            assertThat(wrong(content.length, length -> {
                        Damage damage = new Damage(small, file, small.hit(file, length, content.length));
                        return damage.wrong(Arrays.copyOf(content, length), "cut to " + length, whole);
                    }))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void noFlippedBitChangesATensorThatItDoesNotHit(SmallFile small) {
        Map<String, Found> whole = whole(small);
        for (String file : small.files()) {
            int bits = small.content(file).length * Byte.SIZE;
            assertThat(wrong(bits, bit -> {
                        int at = bit / Byte.SIZE;
                        byte[] flipped = small.content(file).clone();
                        flipped[at] ^= (byte) (1 << bit % Byte.SIZE);
                        Damage damage = new Damage(small, file, small.hit(file, at, at + 1));
                        return damage.wrong(flipped, "byte " + at + ", bit " + bit % Byte.SIZE, whole);
                    }))
                    .isEmpty();
        }
    }

    /** What is wrong at some of so many places, which are tried in parallel. */
    private static List<String> wrong(int places, IntFunction<Stream<String>> check) {
        return IntStream.range(0, places)
                .parallel()
                .boxed()
                .flatMap(place -> check.apply(place))
                .limit(MOST_SHOWN)
                .toList();
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

    /** @param hit the tensors that may be others */
    private record Damage(SmallFile small, String file, Set<String> hit) {
        Stream<String> wrong(byte[] damaged, String what, Map<String, Found> whole) {
            Map<String, Found> found;
            try {
                Optional<WholeRead> read = WholeRead.attempt(small.storage(file, damaged), small.location());
                if (read.isEmpty()) {
                    return Stream.empty();
                }
                found = read.get().tensors();
            } catch (RuntimeException | Error e) {
                return Stream.of(file + ", " + what + ": " + e);
            }
            return whole.entrySet().stream()
                    .filter(tensor -> !hit.contains(tensor.getKey()))
                    .filter(tensor -> !tensor.getValue().equals(found.get(tensor.getKey())))
                    .map(tensor -> file + ", " + what + ": " + tensor + " became " + found.get(tensor.getKey()));
        }
    }
}
