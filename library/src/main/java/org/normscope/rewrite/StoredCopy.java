package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * The elements of a stored tensor, as they are.
 *
 * @param files that it lies in
 * @param tensor of whole bytes an element
 */
record StoredCopy(TensorFiles files, StoredTensor tensor) implements TensorContent {
    private static final int BUFFER = 1 << 20;

    static StoredCopy of(Checkpoint checkpoint, StoredTensor tensor) throws BadCheckpointException {
        Layout layout = tensor.layout();
        boolean decoded = layout instanceof Layout.Coded || layout instanceof Layout.Opaque;
        boolean odd = tensor.dtype().bits() < 8 || tensor.dtype() == DType.C64;
        boolean plain = isPlain(tensor);
        new Position(checkpoint.fileOf(tensor).location(), tensor.offset())
                .require(
                        !decoded && tensor.dtype() != DType.OPAQUE && (!odd || plain),
                        "tensor %s is stored as %s, which safetensors can't hold as it is; export the checkpoint to safetensors"
                                + " where it was made, or leave the tensor out",
                        Printable.quoted(tensor.name()),
                        Printable.quoted(tensor.type()));
        return new StoredCopy(TensorFiles.of(checkpoint, tensor), odd ? asBytes(tensor) : tensor);
    }

    /** Row-major, little-endian, without gaps. */
    private static boolean isPlain(StoredTensor tensor) {
        return tensor.layout() instanceof Strided strided
                && strided.order() == ByteOrder.LITTLE_ENDIAN
                && strided.strides().equals(Layout.rowMajor(tensor.shape()));
    }

    private static StoredTensor asBytes(StoredTensor tensor) {
        return StoredTensor.contiguous(
                tensor.name(), DType.U8, Shape.of(tensor.bytes()), tensor.file(), tensor.offset());
    }

    @Override
    public void writeTo(Storage storage, OutputStream out) throws IOException {
        long elements = tensor.shape().elements();
        if (elements == 0) {
            return;
        }
        int size = tensor.dtype().bytes();
        int most = (int) Math.min(elements, BUFFER / size);
        byte[] buffer = new byte[most * size];
        try (Elements in = files.open(storage, tensor)) {
            for (long first = 0; first < elements; first += most) {
                int count = (int) Math.min(most, elements - first);
                in.read(first, count, buffer);
                out.write(buffer, 0, count * size);
            }
        }
    }
}
