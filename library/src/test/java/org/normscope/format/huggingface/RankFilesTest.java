package org.normscope.format.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.format.safetensors.SafetensorsFormat;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.RankBytes;

/** Safetensors of several ranks, as torch's {@code HuggingFaceStorageWriter} saves them. */
class RankFilesTest {
    private static final String ONE = "shard-00001-model-00001-of-00001.safetensors";
    private static final String TWO = "shard-00002-model-00001-of-00001.safetensors";
    private static final String THREE = "shard-00003-model-00001-of-00001.safetensors";
    private static final ShardedDirectory FORMAT = ShardedDirectory.ofSafetensors(new SafetensorsFormat());

    private final MemoryStorage storage = new MemoryStorage();

    private RankFilesTest put(String name, byte[] content) {
        storage.with("d/" + name, content);
        return this;
    }

    private Checkpoint read() throws BadCheckpointException, IOException {
        return FORMAT.read(storage, "d");
    }

    private String elements(Checkpoint checkpoint, String name) throws IOException {
        StoredTensor tensor = checkpoint.tensors().stream()
                .filter(one -> one.name().equals(name))
                .findAny()
                .orElseThrow();
        byte[] elements = new byte[Math.toIntExact(tensor.bytes())];
        try (Elements open = TensorFiles.of(checkpoint, tensor).open(storage, tensor)) {
            open.read(0, Math.toIntExact(tensor.shape().elements()), elements);
        }
        return tensor.shape() + " " + new String(elements, StandardCharsets.US_ASCII);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] rows(String offset, String content) {
        String shape = "[" + content.length() / 2 + ",2]";
        return new RankBytes()
                .with("w", "U8", shape, "[" + offset + ", 0]", text(content))
                .bytes();
    }

    @Test
    void rowsOfTwoRanksAreOneTensor() throws Exception {
        byte[] second = new RankBytes()
                .with("w", "U8", "[1,2]", "[2, 0]", text("ef"))
                .with("whole", "U8", "[2]", "[0]", text("xy"))
                .with("step", "U8", "[]", "[]", text("7"))
                .bytes();
        Checkpoint checkpoint = put(TWO, second).put(ONE, rows("0", "abcd")).read();
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("w", "whole", "step");
        assertThat(elements(checkpoint, "w")).isEqualTo("[3, 2] abcdef");
        assertThat(elements(checkpoint, "whole")).isEqualTo("[2] xy");
        assertThat(elements(checkpoint, "step")).isEqualTo("[] 7");
        assertThat(checkpoint.files()).extracting(CheckpointFile::name).containsExactly(ONE, TWO);
        assertThat(checkpoint.format()).isEqualTo("safetensors-sharded");
        assertThat(checkpoint.notes())
                .containsExactly(
                        "no index: all 2 .safetensors files were read",
                        "2 files were written by ranks of a distributed checkpoint, with 1 tensors cut into pieces; if a"
                                + " last rank is missing, no other file tells");
    }

    @Test
    void columnsAndSeveralPiecesInOneFileAreOneTensor() throws Exception {
        byte[] first = new RankBytes()
                .with("w.__dcp_shard_0", "w", "U8", "[1,2]", "[0, 0]", text("ab"))
                .with("w.__dcp_shard_1", "w", "U8", "[1,1]", "[1, 2]", text("f"))
                .bytes();
        byte[] second = new RankBytes()
                .with("w.__dcp_shard_0", "w", "U8", "[1,1]", "[0, 2]", text("c"))
                .with("w.__dcp_shard_1", "w", "U8", "[1,2]", "[1, 0]", text("de"))
                .bytes();
        Checkpoint checkpoint = put(ONE, first).put(TWO, second).read();
        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(elements(checkpoint, "w")).isEqualTo("[2, 3] abcdef");
    }

    @Test
    void aRankWithoutRowsHasAnEmptyPiece() throws Exception {
        byte[] none = new RankBytes()
                .with("w", "U8", "[0,2]", "[2, 0]", text(""))
                .with("e", "U8", "[0,2]", "[0, 0]", text(""))
                .bytes();
        Checkpoint checkpoint = put(ONE, rows("0", "abcd")).put(TWO, none).read();
        assertThat(elements(checkpoint, "w")).isEqualTo("[2, 2] abcd");
        assertThat(elements(checkpoint, "e")).isEqualTo("[0, 2] ");
    }

    @Test
    void anIndexMayNameAnyOfTheFilesThatHoldATensor() throws Exception {
        String index = "{\"metadata\":{\"total_size\":6},\"weight_map\":{\"w\":\"" + TWO + "\",\"b\":\"" + ONE + "\"}}";
        byte[] first = new RankBytes()
                .with("w", "U8", "[1,2]", "[0, 0]", text("ab"))
                .with("b", "U8", "[2]", "[0]", text("xy"))
                .bytes();
        put(ONE, first).put(TWO, rows("1", "cd")).put("model.safetensors.index.json", text(index));
        Checkpoint checkpoint = read();
        assertThat(elements(checkpoint, "w")).isEqualTo("[2, 2] abcd");
        assertThat(checkpoint.notes()).isEmpty();
        put("model.safetensors.index.json", text(index.replace(",\"b\":\"" + ONE + "\"", "")));
        rejects("tensor 'w', whose pieces are in '" + TWO + "': element [0, 0] is in no chunk");
    }

    @Test
    void moreTensorsThanFitAnOrdinaryStringHavePlaces() throws Exception {
        RankBytes rank = new RankBytes();
        for (int i = 0; i < 3_000; i++) {
            rank.with("model.layers." + i + ".mlp.down_proj.weight", "U8", "[1]", "[0]", text("x"));
        }
        assertThat(put(ONE, rank.bytes()).read().tensors()).hasSize(3_000);
    }

    @Test
    void aFileByItselfIsReadIfNothingIsMissing() throws Exception {
        byte[] both = new RankBytes()
                .with("w.__dcp_shard_0", "w", "U8", "[1,2]", "[0, 0]", text("ab"))
                .with("w.__dcp_shard_1", "w", "U8", "[1,2]", "[1, 0]", text("cd"))
                .bytes();
        put(ONE, both).put(TWO, rows("1", "cd"));
        Checkpoint checkpoint = new SafetensorsFormat().read(storage, "d/" + ONE);
        assertThat(elements(checkpoint, "w")).isEqualTo("[2, 2] abcd");
        assertThat(checkpoint.notes()).singleElement().asString().contains("give the directory");
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> new SafetensorsFormat().read(storage, "d/" + TWO))
                .withMessage("d/" + TWO + ": tensor 'w', whose pieces are in '" + TWO
                        + "': element [0, 0] is in no chunk: the chunks leave a hole; give the directory with the files of"
                        + " all ranks");
    }

    @Test
    void aRankNeedNotWriteEveryFile() throws Exception {
        byte[] other = new RankBytes().with("v", "U8", "[1]", "[0]", text("z")).bytes();
        put("shard-00001-model-00001-of-00002.safetensors", rows("0", "ab"))
                .put("shard-00001-model-00002-of-00002.safetensors", other)
                .put("shard-00002-model-00001-of-00002.safetensors", rows("1", "cd"));
        assertThat(read().tensors()).hasSize(2);
    }

    @Test
    void aFileThatNoRankWroteIsMissing() {
        put("shard-00001-model-00001-of-00002.safetensors", rows("0", "ab"))
                .put("shard-00002-model-00001-of-00002.safetensors", rows("1", "cd"));
        rejects("of the shards 'model-*-of-00002.safetensors' only 1 are here");
    }

    @Test
    void namesTheFilesWhosePiecesDoNotFit() throws Exception {
        put(ONE, rows("0", "ab")).put(THREE, rows("2", "ef"));
        rejects("d: tensor 'w', whose pieces are in '" + ONE + "', '" + THREE
                + "': element [1, 0] is in no chunk: the chunks leave a hole; give the directory");
        put(TWO, rows("0", "abcd"));
        rejects("'" + ONE + "', '" + TWO + "', '" + THREE + "': element [0, 0] is in 2 chunks: they overlap");
        put(TWO, new RankBytes().with("w", "I8", "[1,2]", "[1, 0]", text("cd")).bytes());
        rejects("one is U8 [1, 2], another I8 [1, 2]");
        put(TWO, new RankBytes().with("w", "U8", "[2]", "[1]", text("cd")).bytes());
        rejects("one is U8 [1, 2], another U8 [2]");
    }

    @Test
    void aWholeTensorAndAPieceOfOneNameAreTwo() throws Exception {
        put(ONE, rows("0", "ab")).put(TWO, rows("1", "cd").clone());
        byte[] plain = text("{\"w\":{\"dtype\":\"U8\",\"shape\":[1,2],\"data_offsets\":[0,2]}}cd");
        byte[] file = new byte[Long.BYTES + plain.length];
        file[0] = (byte) (plain.length - 2);
        System.arraycopy(plain, 0, file, Long.BYTES, plain.length);
        put(TWO, file);
        rejects("tensor 'w' is in two files, '" + ONE + "' and '" + TWO + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]| DCP_SHARDING_INFO, byte 0: DCP_SHARDING_INFO must be an object, not a list",
                "{\"w\": {\"saved_offsets\": [0, 0]}| wrong JSON: the text ends too early",
                "{\"w\": {\"saved_offsets\": [0, 0]}} x| wrong JSON",
                "{}| DCP_SHARDING_INFO says nothing of tensor 'w'",
                "{\"w\": [0, 0]}| what is said of 'w' must be an object, not a list",
                "{\"w\": {}}| 'w' has no saved_offsets",
                "{\"w\": {\"saved_offsets\": [0]}}| tensor 'w' has 2 dimensions, its saved_offsets in DCP_SHARDING_INFO are [0]",
                "{\"w\": {\"saved_offsets\": [0, -1]}}| a number of saved_offsets of 'w' is -1",
                "{\"w\": {\"saved_offsets\": [0, 0.5]}}| must be a non-negative integer",
                "{\"w\": {\"saved_offsets\": null}}| saved_offsets of 'w' must be a list, not null",
                "{\"w\": {\"saved_offsets\": [0, 9223372036854775806]}}| reaches beyond 2^63 - 1",
                "{\"w\": {\"saved_offsets\": [0, 99999999999999999999]}}| outside 0 to 2^63 - 1",
                "{\"w\": {\"saved_offsets\": [4611686018427387904, 0]}}| they reach to [4611686018427387905, 2], more than",
                "{\"w\": {\"saved_offsets\": [0, 0], \"logical_fqn\": 5}}| logical_fqn of 'w' must be a string",
                "{\"w\": {\"saved_offsets\": [0, 0]}, \"w\": {}}| wrong JSON: Duplicate field",
                "\\ud800| half a surrogate pair",
            })
    void saysInOneLineWhatIsWrongAboutAPlace(String sharding, String message) {
        RankBytes rank = new RankBytes().with("w", "U8", "[1,2]", "[0, 0]", text("ab"));
        byte[] file = rank.bytes(sharding);
        put(
                ONE,
                sharding.startsWith("\\")
                        ? new String(file, StandardCharsets.ISO_8859_1)
                                .replace("\\\\ud8", " \\ud8")
                                .getBytes(StandardCharsets.ISO_8859_1)
                        : file);
        rejects(message);
    }

    private void rejects(String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(this::read)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }
}
