package org.normscope.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.normscope.weights.EffectiveWeight;

/** For the terminal, weights that no tensor holds as they are: how they are made, of which shape. Slices of a stack share a line. */
final class MadeTable {
    private final Map<List<String>, Integer> lines = new LinkedHashMap<>();

    /**
     * Adds a weight.
     *
     * @param action what an audit would do with it
     */
    void add(EffectiveWeight weight, String action) {
        String how = weight.isSlice()
                ? "slice, " + weight.how().word()
                : weight.how().word();
        String shape = Shortened.name(weight.shape().toString(), 30);
        String name = Shortened.name(weight.name(), Shortened.IN_TABLE);
        lines.merge(List.of(how, shape, action, name), 1, Integer::sum);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The table with its header. */
    @Override
    public String toString() {
        Columns table = new Columns("lrlll");
        table.line("made by", "count", "shape", "audit", "weight");
        lines.forEach(
                (line, count) -> table.line(line.get(0), String.valueOf(count), line.get(1), line.get(2), line.get(3)));
        return table.toString();
    }
}
