package org.normscope.rewrite;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.normscope.format.huggingface.SideFiles;
import org.normscope.format.huggingface.SideFiles.SideFile;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;

/**
 * Which file of a new checkpoint holds which tensor, in order: one file, {@value #SINGLE}, or as many as it takes and an index, as
 * Hugging Face names them. Arithmetic only, fixed by the tensors and the size of a shard.
 *
 * @param shards the files, in the order in which they are written
 * @param beside files of the old checkpoint that are copied beside them
 */
public record ShardPlan(List<Shard> shards, List<SideFile> beside) {
    /** The only file of a checkpoint that fits one shard. */
    public static final String SINGLE = "model.safetensors";

    /** The index of a checkpoint that doesn't. */
    public static final String INDEX = "model.safetensors.index.json";

    /** Characters of names in one file, so that its header stays below the format's 100,000,000 bytes, escapes and all. */
    private static final long MOST_NAME_CHARACTERS = 8_000_000;

    private static final int MOST_TENSORS = 200_000;

    /** Copies the lists. */
    public ShardPlan {
        shards = List.copyOf(shards);
        beside = List.copyOf(beside);
    }

    /**
     * One file.
     *
     * @param name its name in the folder
     * @param tensors in the order of their data
     * @param metadata words that the file says about itself
     */
    public record Shard(String name, List<NewTensor> tensors, Map<String, String> metadata) implements Serializable {
        /** Copies list and map. */
        public Shard {
            tensors = List.copyOf(tensors);
            metadata = Map.copyOf(metadata);
        }

        /** Bytes of all its tensors. */
        public long bytes() {
            return tensors.stream().mapToLong(NewTensor::bytes).sum();
        }
    }

    /**
     * Fills one shard after the other; a larger tensor has a shard of its own.
     *
     * @param maxShardBytes most bytes of tensors in a shard, at least 1
     * @throws BadCheckpointException if two tensors have the same name, or one has a name that the format keeps for itself
     */
    public static ShardPlan of(List<NewTensor> tensors, long maxShardBytes) throws BadCheckpointException {
        if (maxShardBytes < 1) {
            throw new IllegalArgumentException("a shard must have room for at least one byte, not " + maxShardBytes);
        }
        requireNames(tensors);
        List<List<NewTensor>> filled = new ArrayList<>();
        List<NewTensor> open = new ArrayList<>();
        long bytes = 0;
        long characters = 0;
        for (NewTensor tensor : tensors) {
            long name = tensor.name().length();
            boolean full = bytes > maxShardBytes - tensor.bytes()
                    || characters + name > MOST_NAME_CHARACTERS
                    || open.size() == MOST_TENSORS;
            if (full && !open.isEmpty()) {
                filled.add(open);
                open = new ArrayList<>();
                bytes = 0;
                characters = 0;
            }
            open.add(tensor);
            bytes += tensor.bytes();
            characters += name;
        }
        filled.add(open);
        return named(filled);
    }

    /**
     * The shards of a rewrite, with what the old files say about themselves, and the files beside them.
     *
     * @param old what is rewritten
     * @param maxShardBytes most bytes of tensors in a shard, at least 1
     * @throws BadCheckpointException if two tensors have the same name, or one has a name that the format keeps for itself
     */
    public static ShardPlan of(Checkpoint old, Rewrite rewrite, long maxShardBytes, SideFiles beside)
            throws BadCheckpointException {
        InheritedMetadata metadata = new InheritedMetadata(old, rewrite);
        List<Shard> shards = of(rewrite.tensors(), maxShardBytes).shards().stream()
                .map(metadata::described)
                .toList();
        return new ShardPlan(shards, beside.model());
    }

    /** The keys of what files of the old checkpoint say about themselves that no new one says, for they contradict each other. */
    public List<String> lostMetadata(Checkpoint old) {
        return InheritedMetadata.lost(old, shards);
    }

    /** @throws BadCheckpointException if two tensors have the same name, or one has a name that the format keeps for itself */
    static void requireNames(List<NewTensor> tensors) throws BadCheckpointException {
        Set<String> names = new HashSet<>();
        for (NewTensor tensor : tensors) {
            if (tensor.name().equals("__metadata__")) {
                throw new BadCheckpointException(
                        "a tensor is called '__metadata__', which safetensors keeps for itself; rename it");
            }
            if (!names.add(tensor.name())) {
                throw new BadCheckpointException("two tensors of the new checkpoint would be called "
                        + Printable.quoted(tensor.name()) + "; rename or remove one of them in the old one");
            }
        }
    }

    private static ShardPlan named(List<List<NewTensor>> filled) {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < filled.size(); i++) {
            String name = filled.size() == 1
                    ? SINGLE
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, filled.size());
            shards.add(new Shard(name, filled.get(i), InheritedMetadata.DEFAULT));
        }
        return new ShardPlan(shards, List.of());
    }

    /** Bytes of all tensors. */
    public long bytes() {
        return shards.stream().mapToLong(Shard::bytes).sum();
    }

    /** Whether there is an index. */
    public boolean isIndexed() {
        return shards.size() > 1;
    }

    /** Every tensor's file, in the order of the tensors. */
    public Map<String, String> weightMap() {
        Map<String, String> files = new LinkedHashMap<>();
        shards.forEach(shard -> shard.tensors().forEach(tensor -> files.put(tensor.name(), shard.name())));
        return files;
    }

    /** The names of all files: those beside the weights, the shards, the index. */
    public List<String> files() {
        List<String> names = new ArrayList<>(beside.stream().map(SideFile::name).toList());
        shards.forEach(shard -> names.add(shard.name()));
        if (isIndexed()) {
            names.add(INDEX);
        }
        return names;
    }
}
