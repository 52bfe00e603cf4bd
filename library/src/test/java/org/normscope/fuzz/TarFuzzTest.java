package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.GgufBytes;
import org.normscope.testing.files.TarBytes;
import org.normscope.testing.files.WholeRead;

/** The members of a tar archive of torch 0.1; headers have checksums, which nobody meets by chance. */
class TarFuzzTest {
    private static final int LENGTHS = 4;

    static List<byte[]> valid() {
        byte[] pickle =
                TarBytes.latin1("\u0080\2}" + TarBytes.text("alpha") + TarBytes.reference(TarBytes.tensor(0)) + "s.");
        return List.of(
                joined(pickle, TarBytes.tensors(1), TarBytes.storages(List.of(new byte[24]), "\u0080\2].")),
                joined(
                        pickle,
                        TarBytes.tensors(2),
                        TarBytes.storages(List.of(new byte[24], new byte[24]), "\u0080\2].")));
    }

    private static byte[] joined(byte[] pickle, byte[] tensors, byte[] storages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(GgufBytes.number(LENGTHS / 2, pickle.length));
        out.writeBytes(GgufBytes.number(LENGTHS / 2, tensors.length));
        out.writeBytes(pickle);
        out.writeBytes(tensors);
        out.writeBytes(storages);
        return out.toByteArray();
    }

    /** Two lengths, pickle, tensors, and the rest. */
    @MethodSource("valid")
    @FuzzTest
    void members(byte[] joined) {
        byte[] all = Arrays.copyOf(joined, Math.max(LENGTHS, joined.length));
        int pickle = Math.min(all.length, LENGTHS + length(all, 0));
        int tensors = Math.min(all.length, pickle + length(all, 2));
        byte[] archive = TarBytes.archive(
                Arrays.copyOfRange(all, LENGTHS, pickle),
                Arrays.copyOfRange(all, pickle, tensors),
                Arrays.copyOfRange(all, tensors, all.length));
        WholeRead.attempt(new MemoryStorage().with("d/model.pth.tar", archive), "d/model.pth.tar");
    }

    private static int length(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }
}
