package org.normscope.rewrite;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/**
 * What new files say about themselves: what the old files say that their tensors come from, as far as these don't contradict each other.
 * So a file that becomes one file, or several, keeps all of its words.
 */
final class InheritedMetadata {
    /** What transformers and safetensors' torch functions ask of a file. */
    static final Map<String, String> DEFAULT = Map.of("format", "pt");

    private final Checkpoint old;
    /** The numbers of the old files that a new tensor comes from, by its name. */
    private final Map<String, Collection<Integer>> origins = new HashMap<>();

    InheritedMetadata(Checkpoint old, Rewrite rewrite) {
        this.old = old;
        Map<String, Collection<Integer>> files = new HashMap<>();
        for (StoredTensor tensor : old.tensors()) {
            files.put(tensor.name(), tensor.layout().files());
        }
        rewrite.tensors().forEach(tensor -> origins.put(tensor.name(), files.getOrDefault(tensor.name(), Set.of())));
        for (Rewrite.Change change : rewrite.changes()) {
            Set<Integer> all = new HashSet<>();
            change.before().forEach(name -> all.addAll(files.getOrDefault(name, Set.of())));
            change.after().forEach(name -> origins.put(name, all));
        }
    }

    /** The shard with its words. */
    Shard described(Shard shard) {
        Set<Integer> files = new TreeSet<>();
        shard.tensors().forEach(tensor -> files.addAll(origins.getOrDefault(tensor.name(), Set.of())));
        Map<String, String> words = new TreeMap<>(DEFAULT);
        Set<String> contradicted = new HashSet<>();
        Map<String, String> said = new HashMap<>();
        for (int file : files) {
            old.files().get(file).metadata().forEach((key, value) -> {
                String other = said.putIfAbsent(key, value);
                if (other != null && !other.equals(value)) {
                    contradicted.add(key);
                }
            });
        }
        said.keySet().removeAll(contradicted);
        words.putAll(said);
        return new Shard(shard.name(), shard.tensors(), words);
    }

    /** The keys of words that no new file carries on, sorted. */
    static List<String> lost(Checkpoint old, List<Shard> shards) {
        Set<Map.Entry<String, String>> kept = new HashSet<>();
        shards.forEach(shard -> kept.addAll(shard.metadata().entrySet()));
        Set<String> lost = new TreeSet<>();
        old.files()
                .forEach(file -> file.metadata().entrySet().stream()
                        .filter(word -> !kept.contains(word))
                        .forEach(word -> lost.add(word.getKey())));
        return List.copyOf(lost);
    }
}
