package org.normscope.elements;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.Boxes;
import org.normscope.tensor.Layout.Coded;
import org.normscope.tensor.Layout.Deflated;
import org.normscope.tensor.Layout.LowRankSum;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * The files that a tensor lies in.
 *
 * @param locations what storage opens, by the numbers that the tensor's layout has for them. Not modified.
 */
public record TensorFiles(Map<Integer, String> locations) implements Serializable {
    /** Copies the map. */
    public TensorFiles {
        locations = new TreeMap<>(locations);
    }

    /** Those of a tensor of this checkpoint. */
    public static TensorFiles of(Checkpoint checkpoint, StoredTensor tensor) {
        Map<Integer, String> locations = new TreeMap<>();
        for (int file : tensor.layout().files()) {
            locations.put(file, checkpoint.files().get(file).location());
        }
        return new TensorFiles(locations);
    }

    /**
     * The same for processes with another working folder.
     *
     * @throws IOException if a local location can't be told
     */
    public TensorFiles absolute() throws IOException {
        Map<Integer, String> absolute = new TreeMap<>();
        for (Map.Entry<Integer, String> file : locations.entrySet()) {
            absolute.put(file.getKey(), LocalStorage.absolute(file.getValue()));
        }
        return new TensorFiles(absolute);
    }

    /** The location of the first file. */
    public String first() {
        return locations.values().iterator().next();
    }

    /**
     * Opens the tensor for reading.
     *
     * @param tensor of a decoded type
     * @throws IOException if the storage fails
     */
    public Elements open(Storage storage, StoredTensor tensor) throws IOException {
        return new Opening(storage, locations, tensor.dtype().bytes()).open(tensor.layout(), tensor.shape());
    }

    private record Opening(Storage storage, Map<Integer, String> locations, int bytes) {
        Elements open(Layout layout, Shape shape) throws IOException {
            if (layout instanceof Strided strided) {
                return new StridedElements(reader(strided.file()), strided, shape, bytes);
            }
            if (layout instanceof Deflated deflated) {
                RangeReader data = new InflatingReader(reader(deflated.file()), deflated);
                return new StridedElements(data, deflated.within(), shape, bytes);
            }
            if (layout instanceof Coded coded) {
                return new CodedElements(reader(coded.file()), coded, shape);
            }
            if (layout instanceof LowRankSum sum) {
                return SummedElements.open(
                        sum,
                        shape,
                        tensor -> new Opening(storage, locations, tensor.dtype().bytes())
                                .open(tensor.layout(), tensor.shape()));
            }
            if (layout instanceof Boxes boxes) {
                return new BoxedElements(boxes.boxes(), shape, bytes, this::open);
            }
            throw new IllegalArgumentException("elements that are not decoded: " + layout);
        }

        private RangeReader reader(int file) throws IOException {
            String location = locations.get(file);
            if (location == null) {
                throw new IllegalStateException("no file " + file + " among " + locations);
            }
            return storage.open(location);
        }
    }
}
