package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.normscope.tensor.Shape;

/** Small valid checkpoints over all formats. Their tensors are called {@code alpha} and {@code beta}. */
public final class SmallFiles {
    /** The pickle of the distributed checkpoint. */
    public static final String METADATA = "d/.metadata";

    private static final String A = "alpha";
    private static final String B = "beta";
    private static final byte[] ONE = random(24, 1);
    private static final byte[] TWO = random(24, 2);

    private SmallFiles() {}

    /** All of them. */
    public static List<SmallFile> all() {
        return Stream.of(safetensors(), shards(), npy(), npz(), gguf(), onnx(), torch(), streams(), tars(), dcp())
                .flatMap(List::stream)
                .toList();
    }

    /** Bytes that come up nowhere else. */
    private static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }

    /** Safetensors. */
    public static List<SmallFile> safetensors() {
        String beta = ",\"beta\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":[24,48]}}";
        String alpha = "\"alpha\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}";
        String metadata = "{\"__metadata__\":{\"format\":\"pt\"},";
        String scalar = "{\"beta\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[24,32]},";
        byte[] eight = random(8, 3);
        return List.of(
                entries("s/two.safetensors", "{" + alpha + beta, TWO),
                entries("s/metadata.safetensors", metadata + alpha + beta, TWO),
                entries("s/scalar.safetensors", scalar + alpha + "}", eight),
                pieces());
    }

    /** A tensor in two pieces, as torch writes them. */
    private static SmallFile pieces() {
        RankBytes rank = new RankBytes()
                .with("p0", A, "F32", "[1,3]", "[0, 0]", Arrays.copyOf(ONE, 12))
                .with("p1", A, "F32", "[1,3]", "[1, 0]", Arrays.copyOfRange(ONE, 12, 24))
                .with(B, B, "BF16", "[3,4]", "[0, 0]", TWO);
        SmallFile file = SmallFile.of("s/pieces.safetensors", rank.bytes());
        int beta = file.indexOf(file.location(), "\\\"beta", 0);
        return file.owns(A, file.location(), file.indexOf(file.location(), "DCP_SHARDING", 0), beta)
                .owns(B, file.location(), beta, file.indexOf(file.location(), "}}\",", beta))
                .owns(A, "\"p0\"", "\"beta\"")
                .owns(B, "\"beta\"", "}")
                .owns(A, file.location(), ONE)
                .owns(B, file.location(), TWO);
    }

    private static SmallFile entries(String location, String header, byte[] beta) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] file = both(both(GgufBytes.number(8, json.length), json), both(ONE, beta));
        return SmallFile.of(location, file)
                .owns(A, "\"alpha\"", "}")
                .owns(B, "\"beta\"", "}")
                .owns(A, location, ONE)
                .owns(B, location, beta);
    }

    /** Directories with an index. */
    public static List<SmallFile> shards() {
        String name = "{\"%s\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
        return List.of(
                shards("s", "model", ".safetensors", shard(name.formatted(A), ONE), shard(name.formatted(B), TWO)),
                shards(
                        "t",
                        "pytorch_model",
                        ".bin",
                        TorchBytes.archive(TorchBytes.pickle(A), ONE),
                        TorchBytes.archive(TorchBytes.pickle(B), TWO)),
                ranks());
    }

    /** Files of two ranks: each has a row of one tensor, and the second the whole of another. */
    private static SmallFile ranks() {
        byte[] first = new RankBytes()
                .with(A, "F32", "[1,3]", "[0, 0]", Arrays.copyOf(ONE, 12))
                .bytes();
        byte[] second = new RankBytes()
                .with(A, "F32", "[1,3]", "[1, 0]", Arrays.copyOfRange(ONE, 12, 24))
                .with(B, "F32", "[2,3]", "[0, 0]", TWO)
                .bytes();
        String one = "r/shard-00001-model-00001-of-00001.safetensors";
        String two = one.replace("shard-00001", "shard-00002");
        SmallFile file = SmallFile.at("r").with(one, first).with(two, second);
        int beta = file.indexOf(two, "\\\"beta", 0);
        int entry = file.indexOf(two, "\"beta\":", 0);
        return file.owns(A, one, 0, first.length)
                .owns(A, two, 0, beta)
                .owns(B, two, beta, file.indexOf(two, "}}\",", beta))
                .owns(A, two, file.indexOf(two, "\"alpha\":", 0), entry)
                .owns(B, two, entry, file.indexOf(two, "}}", entry))
                .owns(A, two, Arrays.copyOfRange(ONE, 12, 24))
                .owns(B, two, TWO);
    }

    private static byte[] shard(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return both(both(GgufBytes.number(8, json.length), json), data);
    }

    private static SmallFile shards(String directory, String stem, String suffix, byte[] one, byte[] two) {
        String first = stem + "-00001-of-00002" + suffix;
        String second = stem + "-00002-of-00002" + suffix;
        String index = "{\"metadata\":{\"total_size\":48},\"weight_map\":{\"alpha\":\"%s\",\"beta\":\"%s\"}}"
                .formatted(first, second);
        String file = directory + "/" + stem + suffix + ".index.json";
        byte[] json = index.getBytes(StandardCharsets.UTF_8);
        return SmallFile.at(directory)
                .with(file, json)
                .with(directory + "/" + first, one)
                .with(directory + "/" + second, two)
                .owns(A, file, index.indexOf("\"alpha\""), index.indexOf(",\"beta\""))
                .owns(B, file, index.indexOf("\"beta\""), index.indexOf("}}"))
                .owns(A, directory + "/" + first, 0, one.length)
                .owns(B, directory + "/" + second, 0, two.length);
    }

    /** Single arrays. */
    public static List<SmallFile> npy() {
        return List.of(
                array("n/c.npy", NumpyBytes.npy(1, "<f4", "False", "(2, 3)", ONE)),
                array("n/fortran.npy", NumpyBytes.npy(1, "<f8", "True", "(3,)", ONE)),
                array("n/big.npy", NumpyBytes.npy(2, ">f2", "False", "(3, 4)", ONE)));
    }

    private static SmallFile array(String location, byte[] file) {
        return SmallFile.of(location, file).owns("array", location, 0, file.length);
    }

    /** Archives of arrays. */
    public static List<SmallFile> npz() {
        byte[] alpha = NumpyBytes.npy(1, "<f4", "False", "(2, 3)", ONE);
        byte[] beta = NumpyBytes.npy(1, "<f2", "True", "(3, 4)", TWO);
        ZipBytes stored = new ZipBytes().stored("alpha.npy", alpha).stored("beta.npy", beta);
        ZipBytes deflated = new ZipBytes().deflated("alpha.npy", alpha).deflated("beta.npy", beta);
        return List.of(arrays("n/stored.npz", stored.bytes()), arrays("n/deflated.npz", deflated.bytes()));
    }

    private static SmallFile arrays(String location, byte[] archive) {
        SmallFile file = SmallFile.of(location, archive);
        int second = file.indexOf(location, "PK\3\4", 1);
        int directory = file.indexOf(location, "PK\1\2", 0);
        int record = file.indexOf(location, "PK\1\2", directory + 1);
        return file.owns(A, location, 0, second)
                .owns(B, location, second, directory)
                .owns(A, location, directory, record)
                .owns(B, location, record, file.indexOf(location, "PK\5\6", 0));
    }

    /** GGUF. */
    public static List<SmallFile> gguf() {
        byte[] q8 = random(34, 4);
        byte[] q4 = random(36, 5);
        GgufBytes floats = new GgufBytes().tensor(A, 0, 0, 3, 2).tensor(B, 1, 32, 4, 3);
        GgufBytes codes = new GgufBytes()
                .pair("general.architecture", 8, GgufBytes.text("llama"))
                .tensor(A, 8, 0, 32, 1)
                .tensor(B, 2, 64, 64, 1);
        GgufBytes aligned = new GgufBytes().alignment(64).tensor(A, 0, 0, 3, 2).tensor(B, 0, 64, 6);
        return List.of(
                infos("g/floats.gguf", floats.file(3, 32, both(both(ONE, new byte[8]), TWO)), ONE, TWO),
                infos("g/codes.gguf", codes.file(3, 32, both(both(q8, new byte[30]), q4)), q8, q4),
                infos("g/aligned.gguf", aligned.file(2, 64, both(both(ONE, new byte[40]), TWO)), ONE, TWO)
                        // Says where all data begin, and nothing in the file says it again.
                        .owns(A, "general.alignment", "alpha")
                        .owns(B, "general.alignment", "alpha"));
    }

    private static SmallFile infos(String location, byte[] content, byte[] one, byte[] two) {
        SmallFile file = SmallFile.of(location, content);
        int alpha = file.indexOf(location, A, 0) - 8;
        int beta = file.indexOf(location, B, 0) - 8;
        return file.owns(A, location, alpha, beta)
                .owns(B, location, beta, beta + 8 + 4 + 4 + (location.contains("aligned") ? 8 : 16) + 4 + 8)
                .owns(A, location, one)
                .owns(B, location, two);
    }

    /** ONNX. */
    public static List<SmallFile> onnx() {
        Proto first = initializer(A).content(9, ONE);
        SmallFile external = SmallFile.at("o/external.onnx")
                .with("o/external.onnx", model(first, external(B)))
                .with("o/weights.bin", TWO);
        return List.of(
                initializers(
                        SmallFile.of("o/raw.onnx", model(first, initializer(B).content(9, TWO)))),
                initializers(
                        SmallFile.of("o/typed.onnx", model(first, initializer(B).content(4, TWO)))),
                initializers(external).owns(B, "o/weights.bin", 0, TWO.length));
    }

    private static Proto initializer(String name) {
        return new Proto().text(8, name).number(1, 2).number(1, 3).number(2, 1);
    }

    private static Proto external(String name) {
        return initializer(name)
                .message(13, new Proto().text(1, "location").text(2, "weights.bin"))
                .number(14, 1);
    }

    private static byte[] model(Proto one, Proto two) {
        Proto graph = new Proto().message(5, one).message(5, two).text(2, "graph");
        return new Proto().number(1, 8).text(2, "by hand").message(7, graph).bytes();
    }

    private static SmallFile initializers(SmallFile file) {
        int alpha = file.indexOf(file.location(), A, 0) - 4;
        int beta = file.indexOf(file.location(), B, 0) - 4;
        int end = file.indexOf(file.location(), "\22\5graph", 0);
        return file.owns(A, file.location(), alpha, beta).owns(B, file.location(), beta, end);
    }

    /** Archives of torch's. */
    public static List<SmallFile> torch() {
        byte[] two = TorchBytes.archive(TorchBytes.pickle(A, B), ONE, TWO);
        byte[] one = TorchBytes.archive(TorchBytes.pickle(A), ONE);
        return List.of(
                SmallFile.of("t/two.pt", two).owns(A, "t/two.pt", ONE).owns(B, "t/two.pt", TWO),
                SmallFile.of("t/one.pt", one).owns(A, "t/one.pt", ONE));
    }

    /** Streams of torch before 1.6. */
    public static List<SmallFile> streams() {
        byte[] two = TorchBytes.stream(TorchBytes.pickle(A, B), ONE, TWO);
        byte[] one = TorchBytes.stream(TorchBytes.pickle(A), ONE);
        return List.of(
                SmallFile.of("t/two.pth", two)
                        .owns(A, A, B)
                        .owns(B, B, "u.")
                        .owns(A, "t/two.pth", ONE)
                        .owns(B, "t/two.pth", TWO),
                SmallFile.of("t/one.pth", one).owns(A, A, "u.").owns(A, "t/one.pth", ONE));
    }

    /** Tar archives of torch 0.1. */
    public static List<SmallFile> tars() {
        byte[] two = TarBytes.bare(List.of(A, B), List.of(ONE, TWO));
        SmallFile file = SmallFile.of("t/two.pth.tar", two);
        int tensors = file.indexOf(file.location(), TarBytes.number(TarBytes.tensor(0)), 0);
        int beta = file.indexOf(file.location(), TarBytes.number(TarBytes.tensor(1)), tensors);
        int storages = file.indexOf(file.location(), TarBytes.number(TarBytes.storage(0)), beta);
        int last = file.indexOf(file.location(), TarBytes.number(TarBytes.storage(1)), storages);
        return List.of(file.owns(A, A, B)
                .owns(B, B, "u.")
                .owns(A, file.location(), tensors, beta)
                .owns(B, file.location(), beta, beta + 94)
                .owns(A, file.location(), storages, last)
                .owns(B, file.location(), last, file.indexOf(file.location(), "\u0080\2].", last)));
    }

    /** A distributed checkpoint. */
    public static List<SmallFile> dcp() {
        Shape half = Shape.of(2, 3);
        List<Cut> chunks = List.of(new Cut(List.of(0L, 0L), half, ONE), new Cut(List.of(2L, 0L), half, TWO));
        List<byte[]> files = chunks.stream().map(DcpBytes::chunk).toList();
        byte[] metadata = DcpBytes.metadata(A, Shape.of(4, 3), chunks, files);
        String one = "d/" + DcpBytes.file(0);
        String two = "d/" + DcpBytes.file(1);
        SmallFile file = SmallFile.at("d")
                .with(METADATA, metadata)
                .with(one, files.get(0))
                .with(two, files.get(1));
        return List.of(file.owns(A, METADATA, file.indexOf(METADATA, A, 0), metadata.length)
                .owns(A, one, 0, files.get(0).length)
                .owns(A, two, 0, files.get(1).length));
    }
}
