package org.normscope.format.safetensors;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.Shard;
import org.normscope.format.ShardedTensors;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Position;
import org.normscope.tensor.StoredTensor;

/**
 * A single safetensors file.
 *
 * <pre>
 * 8 bytes       N, unsigned, little-endian, at most 100,000,000
 * N bytes       {"name": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, ..., "__metadata__": {...}}
 * to the end    the tensors, row-major, little-endian, covering every byte once
 * </pre>
 *
 * Limits of this reader: {@code TensorBudget} tensors, 64 dimensions each.
 */
public final class SafetensorsFormat implements CheckpointFormat {
    private static final String SUFFIX = ".safetensors";
    private static final String ONE_RANK =
            "written by one rank of a distributed checkpoint: where other files hold more of its"
                    + " tensors, give the directory";

    @Override
    public String name() {
        return "safetensors";
    }

    /** By name, or by a plausible header length that is followed by <code>{</code>. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.FILE) {
            return false;
        }
        if (storage.name(location).endsWith(SUFFIX)) {
            return true;
        }
        try (RangeReader in = storage.open(location)) {
            return opensObject(in) && HeaderLength.read(location, in).bytes() > 0;
        } catch (BadCheckpointException e) {
            return false;
        }
    }

    /** A file of one rank of a distributed checkpoint is read if it holds whole tensors, or all pieces of them. */
    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        Shard shard = readShard(storage, location);
        if (shard.pieces().isEmpty()) {
            return shard.content();
        }
        ShardedTensors whole = new ShardedTensors(location);
        for (StoredTensor tensor : shard.content().tensors()) {
            whole.add(storage.name(location), tensor, shard.pieces().get(tensor.name()));
        }
        return shard.content().noting(ONE_RANK).holding(whole.tensors());
    }

    @Override
    public Shard readShard(Storage storage, String location) throws BadCheckpointException, IOException {
        try (HeaderDigest in = new HeaderDigest(storage.open(location))) {
            HeaderLength length = HeaderLength.read(location, in);
            new Position(location, HeaderLength.PREFIX_BYTES)
                    .require(opensObject(in), "not a safetensors file: the header must begin with '{'");
            Header.Content header = Header.read(location, in, length);
            List<StoredTensor> tensors =
                    new DataArea(length.dataStart(), in.length()).inOrder(location, header.tensors());
            CheckpointFile file = new CheckpointFile(
                    storage.name(location), location, in.length(), in.ofFirst(length.dataStart()), header.metadata());
            Checkpoint content =
                    new Checkpoint(location, name(), List.of(file), tensors, header.notes(), Optional.empty());
            return new Shard(content, header.pieces());
        }
    }

    private static boolean opensObject(RangeReader in) throws IOException {
        byte[] first = new byte[1];
        if (in.length() <= HeaderLength.PREFIX_BYTES) {
            return false;
        }
        in.readFully(HeaderLength.PREFIX_BYTES, first, 0, 1);
        return first[0] == '{';
    }
}
