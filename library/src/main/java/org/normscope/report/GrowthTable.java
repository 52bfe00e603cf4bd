package org.normscope.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.ModelBound.Block;
import org.normscope.bound.WideBound;

/** How bounds grow from block to block: a line for each, or, in deep networks, for some neighbours together. */
final class GrowthTable {
    /** More blocks than this are folded. */
    static final int MOST_LINES = 40;
    /** Blocks at both ends that keep a line of their own. */
    private static final int UNFOLDED = 8;

    private static final int BAR = 24;
    private static final int LONGEST_NAME = 44;

    private final List<List<Block>> groups;
    private final Function<Block, @Nullable WideBound> measure;
    private final double least;
    private final double most;

    GrowthTable(List<Block> blocks) {
        groups = groups(blocks);
        boolean radii = blocks.stream().allMatch(block -> block.behind().radius() != null);
        measure = radii
                ? block -> block.behind().radius()
                : block -> block.behind().upper();
        double[] logs = blocks.stream()
                .map(measure)
                .filter(Objects::nonNull)
                .mapToDouble(WideBound::log10)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        least = logs.length == 0 ? 0 : logs[0];
        most = logs.length == 0 ? 0 : logs[logs.length - 1];
    }

    /** One group per line, in order; every block is in one. */
    private static List<List<Block>> groups(List<Block> blocks) {
        int folded = blocks.size() - 2 * UNFOLDED;
        int size = blocks.size() <= MOST_LINES
                ? 1
                : (folded + MOST_LINES - 2 * UNFOLDED - 1) / (MOST_LINES - 2 * UNFOLDED);
        List<List<Block>> groups = new ArrayList<>();
        for (int i = 0; i < blocks.size(); ) {
            boolean inside = size > 1 && i >= UNFOLDED && i < blocks.size() - UNFOLDED;
            int end = inside ? Math.min(i + size, blocks.size() - UNFOLDED) : i + 1;
            groups.add(blocks.subList(i, end));
            i = end;
        }
        return groups;
    }

    /** The table, and a sentence on how to read it. */
    @Override
    public String toString() {
        Columns table = new Columns("rrrrll");
        table.line("at most", "local", "so far", "norm behind", "", "block");
        groups.forEach(group -> line(table, group));
        StringBuilder text = new StringBuilder("\nBlocks by themselves, and the network so far:\n\n").append(table);
        if (groups.stream().anyMatch(group -> group.size() > 1)) {
            text.append(
                    "\n  A line for several blocks has the largest constants of any, and what is behind the last.\n");
        }
        return text.toString();
    }

    private void line(Columns table, List<Block> group) {
        Block last = group.get(group.size() - 1);
        table.line(
                ModelFigures.size(largest(group, block -> block.alone().upper())),
                ModelFigures.size(largest(group, block -> block.alone().local())),
                ModelFigures.size(last.behind().upper()),
                ModelFigures.size(last.behind().radius()),
                bar(measure.apply(last)),
                name(group));
    }

    private static @Nullable WideBound largest(List<Block> group, Function<Block, @Nullable WideBound> bound) {
        boolean known = group.stream().map(bound).allMatch(Objects::nonNull);
        return known
                ? group.stream()
                        .map(bound)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null)
                : null;
    }

    private static String name(List<Block> group) {
        String first = Shortened.name(group.get(0).name(), LONGEST_NAME);
        return group.size() == 1
                ? first
                : first + " to " + Shortened.name(group.get(group.size() - 1).name(), LONGEST_NAME) + ", "
                        + Figures.count(group.size(), "block");
    }

    /** From one mark for the least to a full bar for the largest, in proportion to the logarithm. */
    private String bar(@Nullable WideBound bound) {
        if (bound == null || groups.size() < 3 || !(most > least)) {
            return "";
        }
        double share = (Math.max(least, bound.log10()) - least) / (most - least);
        return "#".repeat(1 + (int) Math.round(share * (BAR - 1)));
    }
}
