package org.normscope.format.dcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.EmbeddedFormat;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.StoredTensor;

/**
 * A directory that {@code torch.distributed.checkpoint} wrote: the pickle {@code .metadata} says which chunks, boxes of a tensor, lie where in
 * {@code __RANK_N.distcp}; each is a whole archive of torch's with one tensor. Only headers are read, and no other file.
 */
public final class DcpFormat implements CheckpointFormat {
    private static final String METADATA = ".metadata";
    private static final String CHUNKS = ".distcp";
    private static final int PICKLE = 0x80;
    private static final int MOST_LISTED = 5;

    private final Unpickler unpickler;
    private final List<EmbeddedFormat> chunks;

    /**
     * @param unpickler reads {@code .metadata} as data
     * @param chunks formats that a chunk may have
     */
    public DcpFormat(Unpickler unpickler, List<EmbeddedFormat> chunks) {
        this.unpickler = unpickler;
        this.chunks = List.copyOf(chunks);
    }

    @Override
    public String name() {
        return "dcp";
    }

    /** A directory with a pickle that is called {@code .metadata}, or with {@code *.distcp}. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.DIRECTORY) {
            return false;
        }
        List<String> names = storage.list(location);
        return names.stream().anyMatch(name -> name.endsWith(CHUNKS))
                || (names.contains(METADATA) && isPickle(storage, location));
    }

    private static boolean isPickle(Storage storage, String directory) throws IOException {
        String location = storage.child(directory, METADATA);
        if (storage.kind(location) != Storage.Kind.FILE || !storage.belongsTo(directory, location)) {
            return false;
        }
        try (RangeReader in = storage.open(location)) {
            byte[] first = new byte[1];
            in.readFully(0, first, 0, (int) Math.min(1, in.length()));
            return (first[0] & 0xff) == PICKLE;
        }
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        if (!isPickle(storage, location)) {
            throw new BadCheckpointException(location + ": has " + CHUNKS + " files, but no " + METADATA
                    + " that is a pickle, which is written last: an interrupted save, or not wholly copied");
        }
        String file = storage.child(location, METADATA);
        try (RangeReader in = storage.open(file)) {
            Unpickler.Pickle pickle = unpickler.read(file, in, 0, in.length());
            CheckpointFile described = new CheckpointFile(METADATA, file, in.length(), hash(in, pickle.end()));
            Metadata metadata = Metadata.of(file, pickle.root());
            ChunkFiles files = new ChunkFiles(storage, location, described, chunks);
            Assembly assembly = new Assembly(file, metadata, files);
            Set<Place> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
            assembly.places().forEach(wanted::add);
            files.read(metadata.places().values(), wanted);
            List<StoredTensor> tensors = assembly.tensors();
            List<String> notes = notes(storage.list(location), metadata, files.files());
            return new Checkpoint(location, name(), files.files(), tensors, notes, Optional.empty());
        }
    }

    private static String hash(RangeReader in, long bytes) throws IOException {
        Sha256 digest = new Sha256();
        byte[] part = new byte[1 << 16];
        for (long from = 0; from < bytes; from += part.length) {
            int count = (int) Math.min(part.length, bytes - from);
            in.readFully(from, part, 0, count);
            digest.add(part, 0, count);
        }
        return digest.hex();
    }

    private static List<String> notes(List<String> names, Metadata metadata, List<CheckpointFile> files) {
        List<String> notes = new ArrayList<>();
        if (!metadata.others().isEmpty()) {
            notes.add("entries without a tensor, not read (" + metadata.others().size() + "): "
                    + listed(metadata.others()));
        }
        Set<String> known = files.stream().map(CheckpointFile::name).collect(Collectors.toSet());
        List<String> strays = names.stream()
                .filter(name -> name.endsWith(CHUNKS) && !known.contains(name))
                .toList();
        if (!strays.isEmpty()) {
            notes.add(CHUNKS + " files that " + METADATA + " doesn't name, not read (" + strays.size() + "): "
                    + listed(strays));
        }
        return notes;
    }

    private static String listed(List<String> names) {
        String first = names.stream().limit(MOST_LISTED).map(Printable::quoted).collect(Collectors.joining(", "));
        return names.size() > MOST_LISTED ? first + ", …" : first;
    }
}
