package org.normscope.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b.distcp", "__0_0.distcp", "..a", "a..", ".metadata", "a:b", "модель"})
    void staysBelowItsDirectory(String path) {
        assertThat(RelativePath.fault(path)).isEmpty();
        assertThat(new RelativePath(path).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "..", "../a", "a/../b", "a/..", "a//b", "./a", "a/", "a\\b", "a\u0000", "a\nb"})
    void climbsOutOrCanNotBeAName(String path) {
        assertThat(RelativePath.fault(path)).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> new RelativePath(path));
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1001})
    void isTooLongForAFileSystem(int length) {
        assertThat(RelativePath.fault("a".repeat(length))).isPresent();
    }
}
