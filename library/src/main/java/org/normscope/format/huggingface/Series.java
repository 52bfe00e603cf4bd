package org.normscope.format.huggingface;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * Shards that number themselves, {@code model-00002-of-00005.safetensors}: without an index these numbers tell what is missing. A rank of a
 * distributed checkpoint ({@code shard-00003-model-00002-of-00005.safetensors}) writes only files in which it has something.
 */
final class Series {
    private static final Pattern NUMBERED = Pattern.compile("(.*-)([0-9]{5})(-of-[0-9]{5}\\..*)");
    private static final Pattern RANK = Pattern.compile("shard-[0-9]{5}-");
    private static final Pattern SERIES = Pattern.compile(".*-of-([0-9]{5})\\..*");

    private Series() {}

    /**
     * Does nothing if every series among the names has as many members as it says.
     *
     * @throws BadCheckpointException for the first series that hasn't
     */
    static void requireWhole(String directory, Set<ShardName> names) throws BadCheckpointException {
        Map<String, Set<String>> members = new TreeMap<>();
        for (ShardName name : names) {
            Matcher parts = NUMBERED.matcher(RANK.matcher(name.path()).replaceFirst(""));
            if (parts.matches()) {
                members.computeIfAbsent(parts.replaceFirst("$1*$3"), series -> new TreeSet<>())
                        .add(parts.group(2));
            }
        }
        for (Map.Entry<String, Set<String>> series : members.entrySet()) {
            Matcher parts = SERIES.matcher(series.getKey());
            if (parts.matches() && series.getValue().size() < Integer.parseInt(parts.group(1))) {
                throw new BadCheckpointException(directory + ": there is no index, and of the shards "
                        + Printable.quoted(series.getKey()) + " only "
                        + series.getValue().size()
                        + " are here; download the whole checkpoint");
            }
        }
    }
}
