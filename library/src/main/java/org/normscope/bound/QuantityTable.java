package org.normscope.bound;

import java.util.List;

/**
 * Upper bounds that belong to several things of one kind, such as the heads of an attention or the steps of a recursion.
 *
 * @param title what the lines are
 * @param columns what the bounds of a line are
 * @param lines in order
 */
public record QuantityTable(String title, List<String> columns, List<Line> lines) {
    /**
     * The bounds of one thing.
     *
     * @param name of the thing
     * @param bounds one for each column
     */
    public record Line(String name, List<WideBound> bounds) {
        /** Copies the list. */
        public Line {
            bounds = List.copyOf(bounds);
        }
    }

    /** Rejects lines that aren't as long as the columns are many. */
    public QuantityTable {
        columns = List.copyOf(columns);
        lines = List.copyOf(lines);
        int width = columns.size();
        if (lines.stream().anyMatch(line -> line.bounds().size() != width)) {
            throw new IllegalArgumentException(title + ": a line without " + width + " bounds");
        }
    }
}
