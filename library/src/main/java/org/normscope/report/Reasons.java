package org.normscope.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.normscope.audit.result.TensorRow;

/** What was left out, grouped by why, in the order in which the reasons first appear. */
public final class Reasons {
    private static final int NAMES_SHOWN = 3;
    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_REASON = 200;

    private final Map<String, List<String>> names = new LinkedHashMap<>();

    /** Adds a tensor that wasn't analyzed. */
    void add(TensorRow row) {
        boolean poisoned = row.statistics() != null && !row.statistics().isFinite();
        add(
                poisoned ? "NaN or infinite entries" : String.valueOf(row.reason()),
                row.tensor().name());
    }

    /** Adds a name. */
    public void add(String reason, String name) {
        names.computeIfAbsent(reason, key -> new ArrayList<>()).add(name);
    }

    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** One line per reason: how many, why, and the first names. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        names.forEach((reason, all) -> {
            String first = all.stream()
                    .limit(NAMES_SHOWN)
                    .map(name -> Shortened.name(name, LONGEST_NAME))
                    .collect(Collectors.joining(", "));
            int more = all.size() - NAMES_SHOWN;
            out.append("  ").append(all.size()).append(": ").append(Shortened.name(reason, LONGEST_REASON));
            out.append("\n      ").append(first);
            out.append(more > 0 ? ", and " + more + " more\n" : "\n");
        });
        return out.toString();
    }
}
