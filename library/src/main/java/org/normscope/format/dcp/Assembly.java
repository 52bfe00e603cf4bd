package org.normscope.format.dcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.format.Tiling;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/** Puts the tensors together from their chunks. */
final class Assembly {
    private static final Comparator<Layout.Box> BY_PLACE = Comparator.<Layout.Box>comparingInt(
                    box -> box.layout().files().iterator().next())
            .thenComparingLong(box -> box.layout().offset());

    private final String file;
    private final Metadata metadata;
    private final ChunkFiles files;

    /** @param file that the metadata stand in, for messages */
    Assembly(String file, Metadata metadata, ChunkFiles files) {
        this.file = file;
        this.metadata = metadata;
        this.files = files;
    }

    /** The places of all chunks that have elements. */
    List<Place> places() throws BadCheckpointException {
        List<Place> places = new ArrayList<>();
        for (Described tensor : metadata.tensors()) {
            for (Tiling.Part chunk : tensor.chunks()) {
                if (chunk.shape().elements() > 0) {
                    places.add(place(tensor, chunk));
                }
            }
        }
        return places;
    }

    private Place place(Described tensor, Tiling.Part chunk) throws BadCheckpointException {
        @Nullable Place place = metadata.places().get(new ChunkId(tensor.name(), chunk.start()));
        if (place == null && tensor.chunks().size() == 1) {
            place = metadata.places().get(new ChunkId(tensor.name(), List.of()));
        }
        if (place == null) {
            throw because(tensor, "storage_data does not say where its chunk of " + chunk + " lies");
        }
        return place;
    }

    private BadCheckpointException because(Described tensor, String what) {
        return new BadCheckpointException(file + ": tensor " + Printable.quoted(tensor.name()) + ": " + what);
    }

    /** All tensors, once the chunks were read. */
    List<StoredTensor> tensors() throws BadCheckpointException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Described tensor : metadata.tensors()) {
            DType dtype = DType.byName(tensor.type()).orElse(DType.OPAQUE);
            tensors.add(new StoredTensor(tensor.name(), dtype, tensor.shape(), layout(tensor, dtype)));
        }
        return tensors;
    }

    private Layout layout(Described tensor, DType dtype) throws BadCheckpointException {
        List<Layout.Box> boxes = new ArrayList<>();
        long bytes = 0;
        for (Tiling.Part chunk : tensor.chunks()) {
            if (chunk.shape().elements() > 0) {
                StoredTensor content = content(tensor, chunk);
                boxes.add(new Layout.Box(chunk.start(), content.shape(), content.layout()));
                bytes += content.bytes();
            }
        }
        if (boxes.isEmpty()) {
            return dtype == DType.OPAQUE
                    ? new Layout.Opaque(0, 0, 0, tensor.type())
                    : Layout.contiguous(0, 0, tensor.shape());
        }
        boxes.sort(BY_PLACE);
        Layout first = boxes.get(0).layout();
        if (dtype == DType.OPAQUE) {
            return new Layout.Opaque(first.files().iterator().next(), first.offset(), bytes, tensor.type());
        }
        return boxes.size() == 1 ? first : new Layout.Boxes(boxes);
    }

    private StoredTensor content(Described tensor, Tiling.Part chunk) throws BadCheckpointException {
        StoredTensor content = files.at(place(tensor, chunk));
        if (!content.shape().equals(chunk.shape()) || !content.type().equals(tensor.type())) {
            throw because(
                    tensor,
                    "its chunk should be " + tensor.type() + " " + chunk + ", but is " + content.type() + " "
                            + content.shape());
        }
        return content;
    }
}
