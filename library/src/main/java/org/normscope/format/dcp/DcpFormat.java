package org.normscope.format.dcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.EmbeddedFormat;
import org.normscope.format.Unpickler;
import org.normscope.storage.BytesReader;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/**
 * A directory that {@code torch.distributed.checkpoint.save} wrote: {@code .metadata} is a pickle that says which parts of which tensors
 * there are, {@code __RANK_N.distcp} hold the parts, each saved by itself. Read as data; nothing in it runs.
 */
public final class DcpFormat implements CheckpointFormat {
    private static final String METADATA = ".metadata";
    private static final String SUFFIX = ".distcp";
    private static final int LARGEST_METADATA = 64 << 20;

    private final Unpickler unpickler;
    private final EmbeddedFormat saved;

    /**
     * @param unpickler reads pickles as data, large ones too
     * @param chunks reads what was saved into the files
     */
    public DcpFormat(Unpickler unpickler, EmbeddedFormat chunks) {
        this.unpickler = unpickler;
        this.saved = chunks;
    }

    @Override
    public String name() {
        return "dcp";
    }

    /** A directory with {@code .metadata} or files of that kind. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        return storage.kind(location) == Storage.Kind.DIRECTORY
                && storage.list(location).stream().anyMatch(name -> name.equals(METADATA) || name.endsWith(SUFFIX));
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        List<String> names = storage.list(location);
        String place = storage.child(location, METADATA);
        if (!names.contains(METADATA) || !storage.belongsTo(location, place)) {
            throw new BadCheckpointException(location + ": " + METADATA
                    + " is missing, which is written last: the save was interrupted, or it wasn't copied");
        }
        byte[] content = content(storage, place);
        Unpickler.Pickle pickle = unpickler.read(place, new BytesReader(content), 0, content.length);
        Metadata metadata = Metadata.of(place, pickle.root());
        Chunks chunks = new Chunks(storage, location, saved);
        chunks.describe(METADATA, content);
        chunks.read(metadata);
        return new Checkpoint(
                location, name(), chunks.files(), chunks.tensors(), notes(names, metadata, chunks), Optional.empty());
    }

    private static byte[] content(Storage storage, String place) throws BadCheckpointException, IOException {
        if (storage.kind(place) != Storage.Kind.FILE) {
            throw new BadCheckpointException(place + ": is not a file");
        }
        try (RangeReader in = storage.open(place)) {
            if (in.length() > LARGEST_METADATA) {
                throw new BadCheckpointException(
                        place + ": has " + in.length() + " bytes, more than " + LARGEST_METADATA);
            }
            byte[] content = new byte[(int) in.length()];
            in.readFully(0, content, 0, content.length);
            return content;
        }
    }

    private static List<String> notes(List<String> names, Metadata metadata, Chunks chunks) {
        List<String> notes = new ArrayList<>();
        if (metadata.others() > 0) {
            notes.add(metadata.others() + " entries of the state are no tensors and were not read");
        }
        Set<String> known = chunks.files().stream().map(file -> file.name()).collect(Collectors.toSet());
        long strays = names.stream()
                .filter(name -> name.endsWith(SUFFIX) && !known.contains(name))
                .count();
        if (strays > 0) {
            notes.add(strays + " " + SUFFIX + " files hold no tensor that " + METADATA + " names");
        }
        return notes;
    }
}
