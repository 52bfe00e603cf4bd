package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.format.safetensors.SafetensorsFormat;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MadeCheckpoint;

/** Vectors and row norms of weights that aren't stored as they are applied: each under a name of its own. */
class MadeExtrasTest {
    @TempDir
    private Path folder;

    @Test
    void everyMatrixOfAStackHasItsOwnVectors() throws Exception {
        run("--vectors");
        List<String> names = new SafetensorsFormat()
                .read(new LocalStorage(), folder.resolve("vectors.safetensors").toString()).tensors().stream()
                        .map(StoredTensor::name)
                        .toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .contains(
                        "rows.weight.weight_norm.u",
                        "either.weight.spectral_norm.v",
                        "scaled.weight.block_scaled.u",
                        "mlp.experts.down_proj.mxfp4.1.v",
                        "mlp.experts.w1.2.u",
                        "adapted.lora.u",
                        "adapted.lora_A.weight.v")
                .doesNotContain("zero.lora.u");
    }

    @Test
    void everyRowOfEveryMatrixHasItsOwnKey() throws Exception {
        run("--row-norms");
        List<String> keys = new ArrayList<>();
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(
                folder.resolve("row_norms.parquet").toUri());
        try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), file)
                .withConf(new Configuration(false))
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                keys.add(row.getString("name", 0) + " " + row.getString("how", 0) + " " + row.getLong("batch_index", 0)
                        + " " + row.getLong("index", 0));
            }
        }
        assertThat(keys)
                .doesNotHaveDuplicates()
                .contains("adapted lora 0 149", "mlp.experts.w1 plain 2 63", "mlp.experts.down_proj mxfp4 1 59")
                .hasSize(90 + 50 + 40 + 130 + 80 + 40 + 48 + 200 + 2 * 60 + 3 * 64 + 32 + 150 + 150 + 4 + 20 + 20);
    }

    private void run(String extra) throws Exception {
        Path checkpoint = Files.write(
                folder.resolve("model.safetensors"), MadeCheckpoint.of().bytes());
        Cli cli = Cli.run("audit", checkpoint.toString(), extra, folder.toString(), "--seed", "1");
        assertThat(cli.status()).as(cli.err()).isZero();
    }
}
