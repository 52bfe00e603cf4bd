package org.normscope.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.testing.MemoryStorage;

class StorageChoiceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "/a/b",
                "./hdfs:/a",
                "file:/a",
                "FILE:///a",
                "a:b",
                "C:/a",
                "dir/s3a:/b",
                "",
                "mod:el/x",
                "100%"
            })
    void takesPlainPathsAndFileUrisForLocal(String location) throws IOException {
        assertThat(StorageChoice.localOnly().of(location)).isInstanceOf(LocalStorage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs://nn/a", "s3a://bucket/a", "viewfs:/a", "abfss://c@a.b/d e"})
    void sendsOtherSchemesToTheOtherStorage(String location) throws IOException {
        MemoryStorage other = new MemoryStorage();
        assertThat(StorageChoice.orElse(() -> other).of(location)).isSameAs(other);
    }

    @Test
    void saysWhatIsNeededForAnotherScheme() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StorageChoice.localOnly().of("s3a://bucket/a"))
                .withMessageContaining("hadoop-client");
    }

    @Test
    void asksForTheOtherStorageOnlyWhenNeeded() throws IOException {
        StorageChoice choice = StorageChoice.orElse(() -> {
            throw new AssertionError("asked for");
        });
        assertThat(choice.of("/a")).isInstanceOf(LocalStorage.class);
    }
}
