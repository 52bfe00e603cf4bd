package org.normscope.format.dcp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.normscope.format.EmbeddedFormat;
import org.normscope.storage.RangeReader;
import org.normscope.storage.RelativePath;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.StoredTensor;

/** The files that hold the chunks. Each is opened once, and read front to back. */
final class ChunkFiles {
    /** Chunks whose headers are fetched together. */
    private static final int TOGETHER = 128;

    private final Storage storage;
    private final String directory;
    private final List<EmbeddedFormat> formats;
    private final List<CheckpointFile> files = new ArrayList<>();
    private final Map<Place, StoredTensor> chunks = new IdentityHashMap<>();

    /**
     * @param first the file that says where the chunks lie
     * @param formats that a chunk may have
     */
    ChunkFiles(Storage storage, String directory, CheckpointFile first, List<EmbeddedFormat> formats) {
        this.storage = storage;
        this.directory = directory;
        this.formats = formats;
        files.add(first);
    }

    /** All files, {@code .metadata} first, the others by name. */
    List<CheckpointFile> files() {
        return files;
    }

    /** The tensor that was read at a place. */
    StoredTensor at(Place place) {
        StoredTensor chunk = chunks.get(place);
        if (chunk == null) {
            throw new IllegalStateException("nobody asked for " + place);
        }
        return chunk;
    }

    /**
     * Reads the headers of chunks.
     *
     * @param places all that lies in files, also what is no chunk
     * @param wanted those that are chunks, by identity
     * @throws BadCheckpointException if a file is missing or too short, two places overlap, or a chunk can't be read
     */
    void read(Iterable<Place> places, Set<Place> wanted) throws BadCheckpointException, IOException {
        SortedMap<RelativePath, List<Place>> byFile = new TreeMap<>();
        for (Place place : places) {
            byFile.computeIfAbsent(place.path(), path -> new ArrayList<>()).add(place);
        }
        for (Map.Entry<RelativePath, List<Place>> file : byFile.entrySet()) {
            file.getValue().sort(null);
            String location = location(file.getKey());
            try (RangeReader in = storage.open(location)) {
                requireFree(location, file.getValue(), in.length());
                List<Place> chunks =
                        file.getValue().stream().filter(wanted::contains).toList();
                String hash = read(location, in, chunks);
                files.add(new CheckpointFile(file.getKey().path(), location, in.length(), hash));
            }
        }
    }

    /** Reads chunks of a file, in ascending order; returns the hash of all their headers. */
    private String read(String location, RangeReader in, List<Place> chunks)
            throws BadCheckpointException, IOException {
        Sha256 digest = new Sha256();
        for (int first = 0; first < chunks.size(); first += TOGETHER) {
            List<Place> together = chunks.subList(first, Math.min(chunks.size(), first + TOGETHER));
            RangeReader fetched = Fetched.of(in, together);
            for (Place chunk : together) {
                digest.add(read(location, fetched, chunk).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return digest.hex();
    }

    /** Requires that places, in ascending order, share no byte and lie in the file. */
    private static void requireFree(String location, List<Place> places, long fileLength)
            throws BadCheckpointException {
        long free = 0;
        for (Place place : places) {
            requireFree(new Position(location, place.offset()), place, free, fileLength);
            free = place.offset() + place.length();
        }
    }

    private static void requireFree(Position here, Place place, long free, long fileLength)
            throws BadCheckpointException {
        here.require(
                place.length() <= fileLength && place.offset() <= fileLength - place.length(),
                "%d bytes of a chunk end behind the file's %d: truncated, copy it again",
                place.length(),
                fileLength);
        here.require(place.offset() >= free, "a chunk begins before the one in front of it ends, at %d", free);
    }

    /** Keeps the tensor; returns the hash of its headers. */
    private String read(String location, RangeReader in, Place place) throws BadCheckpointException, IOException {
        long end = place.offset() + place.length();
        for (EmbeddedFormat format : formats) {
            if (format.recognizes(in, place.offset(), end)) {
                Checkpoint content = format.read(location, in, place.offset(), end);
                new Position(location, place.offset())
                        .require(
                                content.tensors().size() == 1,
                                "a chunk should be one plain tensor, this one has %d; save it with plain tensors",
                                content.tensors().size());
                StoredTensor tensor = content.tensors().get(0);
                int number = files.size();
                chunks.put(
                        place,
                        new StoredTensor(
                                tensor.name(),
                                tensor.dtype(),
                                tensor.shape(),
                                tensor.layout().renumbered(file -> number)));
                return content.files().get(0).headerSha256();
            }
        }
        throw new Position(location, place.offset())
                .because("a chunk that is no archive of torch's: damaged, or written by an extension");
    }

    private String location(RelativePath path) throws BadCheckpointException, IOException {
        String location = storage.child(directory, path.path());
        String shown = directory + ": the file " + Printable.quoted(path.path());
        switch (storage.kind(location)) {
            case FILE -> {}
            case MISSING ->
                throw new BadCheckpointException(
                        shown + ", which .metadata names, is missing; copy the whole checkpoint");
            case DIRECTORY, SPECIAL ->
                throw new BadCheckpointException(shown + ", which .metadata names, is no regular file");
        }
        if (!storage.belongsTo(directory, location)) {
            throw new BadCheckpointException(
                    shown + " is a link that leads out of the checkpoint; put the file itself there");
        }
        return location;
    }
}
