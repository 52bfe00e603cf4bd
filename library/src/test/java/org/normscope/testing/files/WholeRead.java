package org.normscope.testing.files;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.normscope.audit.Checkpoints;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * A checkpoint opened and read to its end within limits of time and memory.
 *
 * @param tensors what each tensor is found to be, by name
 */
public record WholeRead(Map<String, Found> tensors) {
    /** CPU time that a small file may take. */
    private static final long MOST_NANOSECONDS = 3_000_000_000L;

    /** Bytes that may be asked of the heap for a small file, all in all. */
    private static final long MOST_ALLOCATED = 32 << 20;

    private static final int CHUNK = 1 << 12;
    private static final long MOST_ELEMENTS = 1 << 16;
    private static final int LONGEST_MESSAGE = 1001;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A tensor.
     *
     * @param type the word for the type of its elements
     * @param digest SHA-256 of its first 65,536 elements; {@code not decoded}, or why they can't be read
     */
    public record Found(String type, Shape shape, String digest) {}

    /**
     * Reads everything.
     *
     * @return nothing if the checkpoint is rejected as documented
     * @throws AssertionError if anything else happens, or a limit is exceeded
     */
    public static Optional<WholeRead> attempt(Storage storage, String location) {
        return withinLimits(location, () -> Optional.of(read(storage, location)));
    }

    /**
     * Does something with a small file.
     *
     * @return nothing if the file is rejected as documented
     * @throws AssertionError if anything else happens, or a limit is exceeded
     */
    public static <T> Optional<T> withinLimits(String location, Reading<T> reading) {
        Measured<T> first = measured(reading);
        // The first time may load classes; that memory isn't the file's.
        Measured<T> read = first.isWithin() ? first : measured(reading);
        if (!read.isWithin()) {
            throw new AssertionError(location + " took " + read.time / 1_000_000 + " ms and " + read.bytes + " bytes");
        }
        return read.outcome;
    }

    private record Measured<T>(Optional<T> outcome, long time, long bytes) {
        boolean isWithin() {
            return time <= MOST_NANOSECONDS && bytes <= MOST_ALLOCATED;
        }
    }

    private static <T> Measured<T> measured(Reading<T> reading) {
        long thread = Thread.currentThread().getId();
        long allocated = THREADS.getThreadAllocatedBytes(thread);
        long time = THREADS.getCurrentThreadCpuTime();
        Optional<T> read = orRejection(reading);
        long tookTime = THREADS.getCurrentThreadCpuTime() - time;
        return new Measured<>(read, tookTime, THREADS.getThreadAllocatedBytes(thread) - allocated);
    }

    private static <T> Optional<T> orRejection(Reading<T> reading) {
        try {
            return reading.read();
        } catch (BadCheckpointException e) {
            requireOneLine(e);
            return Optional.empty();
        } catch (IOException e) {
            throw new AssertionError("a storage that never fails, and yet", e);
        }
    }

    /** What is to be done with a file. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Reads it. */
        Optional<T> read() throws BadCheckpointException, IOException;
    }

    private static WholeRead read(Storage storage, String location) throws BadCheckpointException, IOException {
        Checkpoint checkpoint = Checkpoints.open(storage, location);
        Map<String, Found> found = new LinkedHashMap<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            String digest = digest(storage, checkpoint, tensor);
            Found before = found.put(tensor.name(), new Found(tensor.type(), tensor.shape(), digest));
            if (before != null) {
                throw new AssertionError("two tensors are called " + tensor.name());
            }
        }
        return new WholeRead(found);
    }

    private static void requireOneLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        boolean fine = !message.isBlank()
                && message.length() <= LONGEST_MESSAGE
                && message.chars().noneMatch(Character::isISOControl);
        if (!fine) {
            throw new AssertionError("not one line: " + message, e);
        }
    }

    private static String digest(Storage storage, Checkpoint checkpoint, StoredTensor tensor) {
        boolean decoded = !(tensor.layout() instanceof Layout.Opaque)
                && tensor.dtype() != DType.OPAQUE
                && tensor.dtype().bits() >= Byte.SIZE
                && !tensor.type().contains(" ");
        if (!decoded) {
            return "not decoded";
        }
        MessageDigest sha256 = sha256();
        byte[] target = new byte[CHUNK * tensor.dtype().bytes()];
        try (Elements elements = TensorFiles.of(checkpoint, tensor).open(storage, tensor)) {
            long count = Math.min(tensor.shape().elements(), MOST_ELEMENTS);
            for (long first = 0; first < count; first += CHUNK) {
                int part = (int) Math.min(CHUNK, count - first);
                elements.read(first, part, target);
                sha256.update(target, 0, part * tensor.dtype().bytes());
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException e) {
            requireOneLine(e);
            return "damaged: " + e.getMessage();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
