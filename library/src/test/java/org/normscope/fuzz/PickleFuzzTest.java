package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.format.pickle.PickleMachine;
import org.normscope.storage.BytesReader;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.TorchBytes;
import org.normscope.testing.files.WholeRead;

class PickleFuzzTest {
    private static final byte[] STORAGE = new byte[24];

    static List<byte[]> valid() {
        return List.of(TorchBytes.pickle("alpha"), TorchBytes.pickle("alpha", "beta"));
    }

    /** The machine alone, then what is made of its result. */
    @MethodSource("valid")
    @FuzzTest
    void machine(byte[] pickle) {
        WholeRead.withinLimits(
                "data.pkl",
                () -> Optional.of(new PickleMachine()
                        .read("data.pkl", new BytesReader(pickle), 0, pickle.length)
                        .root()
                        .inWords()));
        byte[] archive = TorchBytes.archive(pickle, STORAGE, STORAGE);
        WholeRead.attempt(new MemoryStorage().with("d/model.pt", archive), "d/model.pt");
    }
}
