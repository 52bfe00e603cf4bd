package org.normscope.format.dcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Checkpoints;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.RequestLog;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.testing.files.Cut;
import org.normscope.testing.files.DcpBytes;

/** On an object store every request takes its time, and checkpoints have thousands of chunks. */
class RequestsTest {
    /** Of .metadata, whether it is a pickle, and a bit more than all of it. */
    private static final int FOR_METADATA = 12;

    /** @param columns so that chunks are smaller or larger than what is fetched around their ends */
    @ParameterizedTest
    @CsvSource({"300, 8", "300, 4000"})
    void chunksInOneFileNeedOneRangeEachAndFewWaits(long chunks, long columns) throws Exception {
        Shape whole = Shape.of(chunks, columns);
        byte[] content = WrittenCheckpoint.random(DType.F32, (int) (chunks * columns), new SplittableRandom(columns));
        List<Cut> cuts = Cut.grid(whole, content, List.of(chunks, 1L), Float.BYTES);
        Storage storage = DcpBytes.inOneFile("d", "w", whole, cuts);
        RequestLog log = new RequestLog(storage);
        Checkpoint checkpoint = Checkpoints.open(log, "d");
        assertThat(log.ranges().get()).isLessThanOrEqualTo((int) chunks + FOR_METADATA);
        assertThat(log.waits().get()).isLessThanOrEqualTo((int) chunks / 100 + FOR_METADATA);

        StoredTensor tensor = checkpoint.tensors().get(0);
        byte[] read = new byte[content.length];
        try (Elements elements = TensorFiles.of(checkpoint, tensor).open(storage, tensor)) {
            elements.read(0, (int) (chunks * columns), read);
        }
        assertThat(read).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"20, 8", "20, 4000"})
    void aChunkInAFileOfItsOwnNeedsTwoRangesInOneWait(long chunks, long columns) throws Exception {
        Shape whole = Shape.of(chunks, columns);
        byte[] content = WrittenCheckpoint.random(DType.F32, (int) (chunks * columns), new SplittableRandom(columns));
        List<Cut> cuts = Cut.grid(whole, content, List.of(chunks, 1L), Float.BYTES);
        RequestLog log = new RequestLog(DcpBytes.storage("d", "w", whole, cuts));
        Checkpoints.open(log, "d");
        assertThat(log.ranges().get()).isLessThanOrEqualTo(2 * (int) chunks + FOR_METADATA);
        assertThat(log.waits().get()).isLessThanOrEqualTo((int) chunks + FOR_METADATA);
    }
}
