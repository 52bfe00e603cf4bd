package org.normscope.job.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlantedTest {
    @TempDir
    private Path folder;

    @Test
    void bfloat16IsTheUpperHalfOfAFloat() {
        assertThat(Planted.bfloat16(1)).isEqualTo(0x3f80);
        assertThat(Planted.bfloat16(-0x1p-100)).isEqualTo(0x8d80);
    }

    @Test
    void entryThatWouldBeRoundedIsRefused() {
        assertThatThrownBy(() -> Planted.bfloat16(1 + 0x1p-8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Planted.bfloat16(0.1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void checkpointHasTheSameBytesEveryTime() throws IOException {
        DemoCheckpoint.write(folder.resolve("a"));
        DemoCheckpoint.write(folder.resolve("b"));

        for (String name : new String[] {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}) {
            assertThat(Files.mismatch(
                            folder.resolve("a").resolve(name),
                            folder.resolve("b").resolve(name)))
                    .isEqualTo(-1);
        }
    }
}
