package org.normscope.format.huggingface;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.normscope.format.CheckpointFormat;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;

/**
 * A directory of files of one format. An index is obeyed: its shards are read, all of them, and no other file. Without an
 * index all files that are called like shards are the checkpoint together.
 */
public final class ShardedDirectory implements CheckpointFormat {
    private static final int MOST_LISTED = 5;

    private final CheckpointFormat shards;
    private final Predicate<String> isShard;
    private final String suffix;
    private final IndexChoice indexes;

    private ShardedDirectory(CheckpointFormat shards, Pattern names, String suffix) {
        this.shards = shards;
        this.isShard = names.asMatchPredicate();
        this.suffix = suffix;
        this.indexes = new IndexChoice(suffix);
    }

    /** Directories with {@code *.safetensors}, each read by the given format. */
    public static ShardedDirectory ofSafetensors(CheckpointFormat shards) {
        return new ShardedDirectory(shards, Pattern.compile(".*\\.safetensors"), ".safetensors");
    }

    /**
     * Directories with {@code pytorch_model.bin} or its shards, each read by the given format; {@code training_args.bin} and others beside
     * them are no weights.
     */
    public static ShardedDirectory ofTorch(CheckpointFormat shards) {
        Pattern names = Pattern.compile("(pytorch_model|model|adapter_model|diffusion_pytorch_model)([-.].*)?\\.bin");
        return new ShardedDirectory(shards, names, ".bin");
    }

    @Override
    public String name() {
        return shards.name() + "-sharded";
    }

    /** A directory with an index or a file of that suffix in it. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        return storage.kind(location) == Storage.Kind.DIRECTORY
                && storage.list(location).stream().anyMatch(name -> isShard.test(name) || indexes.isIndex(name));
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        List<String> names = storage.list(location);
        Optional<String> index = indexes.among(location, names);
        Checkpoint weights = index.isPresent()
                ? readIndexed(storage, location, names, index.get())
                : readAll(storage, location, names);
        return ModelConfig.read(storage, location).describe(weights);
    }

    private Checkpoint readIndexed(Storage storage, String directory, List<String> names, String indexName)
            throws BadCheckpointException, IOException {
        ShardIndex index = ShardIndex.read(storage, directory, indexName);
        Set<ShardName> named = index.shards();
        List<String> notes = new ArrayList<>();
        notes.addAll(othersOf(indexName, names, named));
        Shards read = readShards(storage, directory, named);
        notes.addAll(read.compareWith(index));
        return read.checkpoint(name(), notes);
    }

    private Checkpoint readAll(Storage storage, String directory, List<String> names)
            throws BadCheckpointException, IOException {
        Set<ShardName> found = new TreeSet<>();
        for (String name : names) {
            if (isShard.test(name)) {
                Optional<String> fault = ShardName.fault(name);
                if (fault.isPresent()) {
                    throw new BadCheckpointException(directory + ": file name " + Printable.quoted(name) + " "
                            + fault.get() + "; give the file itself");
                }
                found.add(new ShardName(name));
            }
        }
        Series.requireWhole(directory, found);
        Shards read = readShards(storage, directory, found);
        List<String> notes = new ArrayList<>(read.withoutIndex(suffix));
        notes.addAll(OtherFormats.notes(names, suffix));
        return read.checkpoint(found.size() == 1 ? shards.name() : name(), notes);
    }

    private Shards readShards(Storage storage, String directory, Collection<ShardName> names)
            throws BadCheckpointException, IOException {
        for (ShardName name : names) {
            requireShard(storage, directory, name);
        }
        Shards.Reading reading = new Shards.Reading(directory);
        for (ShardName name : names) {
            reading.add(name, shards.readShard(storage, storage.child(directory, name.path())));
        }
        return reading.whole();
    }

    private static void requireShard(Storage storage, String directory, ShardName name)
            throws BadCheckpointException, IOException {
        String location = storage.child(directory, name.path());
        String shown = directory + ": shard " + Printable.quoted(name.path());
        switch (storage.kind(location)) {
            case FILE -> {}
            case MISSING ->
                throw new BadCheckpointException(
                        shown + " is missing; download the whole checkpoint, or write its index again");
            case DIRECTORY -> throw new BadCheckpointException(shown + " is a directory, not a file");
            case SPECIAL ->
                throw new BadCheckpointException(shown + " is a device, a pipe or a circle of links, not a file");
        }
        if (!storage.belongsTo(directory, location)) {
            throw new BadCheckpointException(
                    shown + " is a link that leads out of the checkpoint; put the file itself there");
        }
    }

    private List<String> othersOf(String indexName, List<String> names, Set<ShardName> named) {
        Set<String> known = named.stream().map(ShardName::path).collect(Collectors.toSet());
        List<String> notes = new ArrayList<>();
        List<String> strays = names.stream()
                .filter(name -> isShard.test(name) && !known.contains(name))
                .toList();
        if (!strays.isEmpty()) {
            notes.add(suffix + " files that " + indexName + " doesn't name, not read (" + strays.size() + "): "
                    + listed(strays));
        }
        List<String> others = names.stream()
                .filter(name -> indexes.isIndex(name) && !name.equals(indexName))
                .toList();
        if (!others.isEmpty()) {
            notes.add("other indexes were not read: " + listed(others));
        }
        notes.addAll(OtherFormats.notes(names, suffix));
        return notes;
    }

    static String listed(List<String> names) {
        String first = names.stream().limit(MOST_LISTED).map(Printable::quoted).collect(Collectors.joining(", "));
        return names.size() > MOST_LISTED ? first + ", …" : first;
    }
}
