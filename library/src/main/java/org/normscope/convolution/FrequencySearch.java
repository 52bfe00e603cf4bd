package org.normscope.convolution;

import java.util.ArrayList;
import java.util.List;
import org.normscope.spectral.Rounding;

/**
 * The supremum of a symbol's norm over all frequencies, certified: L is the best norm found, {@code U = L (1 + tolerance)}. If the supremum
 * is attained in a cell whose center is off by at most h_j, the norm at the center is at least {@code cos(½ Σ_j Q_j h_j)} of it. So a cell is done as soon as
 * its center's norm is proved to be at most {@code U cos(..)}; the others are halved. Where that takes too many evaluations, or
 * rounding keeps it from ending, U is raised until all cells left are done.
 *
 * <p>A batch of questions depends on the answers only, never on who gave them.
 */
final class FrequencySearch {
    /** Finest relative width that is tried. */
    private static final double FINEST = 1e-9;

    private static final double COARSER = 4;

    private final double ceiling;
    private final double tolerance;
    private final long limit;
    private final List<Cell> start;
    private List<Open> open = List.of();
    private final List<Open> stuck = new ArrayList<>();
    private Ask ask;
    private double best;
    private double target;
    private double slack;
    private long evaluations;

    /** A cell and the U it was last asked about, with what is known of the norm at its center from below. */
    private record Open(Cell cell, double askedFor, double lower) {}

    /**
     * A search.
     *
     * @param symbol its degrees and ceiling count
     * @param floor a norm that other symbols of the kernel reach
     * @param tolerance relative width to reach
     * @param limit evaluations that may be asked for, but for the first round
     */
    FrequencySearch(Symbol symbol, double floor, double tolerance, long limit) {
        start = Cell.halfOfAll(symbol.degrees());
        ceiling = symbol.ceiling();
        best = floor;
        this.tolerance = start.get(0).canSplit() ? Math.max(tolerance, FINEST) : FINEST;
        this.limit = limit;
        if (ceiling <= raised(floor)) {
            ask = new Ask.Finished(floor, ceiling, 0);
        } else {
            ask = new Ask.Evaluate(corners(symbol.degrees()));
        }
    }

    /** What to do next. */
    Ask next() {
        return ask;
    }

    /** Gives the findings that {@link #next} asked for, in its order. */
    void answer(List<Finding> findings) {
        evaluations += findings.size();
        List<Open> unproved = new ArrayList<>();
        for (int i = 0; i < findings.size(); i++) {
            if (findings.get(i) instanceof Finding.AtLeast at) {
                best = Math.max(best, at.lower());
                if (!open.isEmpty()) {
                    unproved.add(new Open(open.get(i).cell(), open.get(i).askedFor(), at.lower()));
                }
            }
        }
        if (open.isEmpty()) {
            target = raised(best);
            askAbout(start.stream().map(cell -> new Open(cell, 0, 0)).toList());
        } else if (slack > 0) {
            settle(unproved);
        } else {
            refine(unproved);
        }
    }

    private double raised(double lower) {
        return lower * (1 + tolerance) * (1 - 4 * Rounding.U);
    }

    /** The points where every angle is 0 or pi: smooth kernels and sharpening ones have their norm there. */
    private static List<Question> corners(int[] degrees) {
        List<Question> corners = new ArrayList<>();
        for (int corner = 0; corner < 1 << degrees.length; corner++) {
            long[] numerators = new long[degrees.length];
            boolean distinct = true;
            for (int dim = 0; dim < degrees.length; dim++) {
                numerators[dim] = corner >> dim & 1;
                distinct &= degrees[dim] > 0 || numerators[dim] == 0;
            }
            if (distinct) {
                corners.add(new Question(new Frequency(1, numerators), 0));
            }
        }
        return corners;
    }

    private void refine(List<Open> unproved) {
        target = Math.max(target, raised(best));
        List<Open> next = new ArrayList<>();
        List<Open> fine = new ArrayList<>();
        for (Open at : unproved) {
            double cosine = at.cell().cosine();
            if (at.askedFor() < target && at.lower() * (1 + 0.1 * tolerance) < target * cosine) {
                next.add(at);
            } else if (!at.cell().canSplit() || cosine > 1 - tolerance / 8) {
                fine.add(at);
            } else {
                at.cell().children().forEach(child -> next.add(new Open(child, 0, 0)));
            }
        }
        boolean affordable = evaluations + 2L * next.size() + stuck.size() + fine.size() <= limit;
        stuck.addAll(affordable ? fine : unproved);
        if (affordable && !next.isEmpty()) {
            askAbout(next);
        } else {
            settle(List.copyOf(stuck));
        }
    }

    /** Raises U above what was found in these cells, by more each time, and asks about them again. */
    private void settle(List<Open> unproved) {
        slack = slack == 0 ? FINEST : slack * COARSER;
        for (Open at : unproved) {
            target = Math.max(target, at.lower() * (1 + slack) / at.cell().cosine());
        }
        if (unproved.isEmpty() || target >= ceiling) {
            ask = new Ask.Finished(best, Math.min(Math.max(target, best), ceiling), evaluations);
        } else {
            askAbout(unproved);
        }
    }

    private void askAbout(List<Open> cells) {
        open = cells.stream().map(at -> new Open(at.cell(), target, at.lower())).toList();
        ask = new Ask.Evaluate(open.stream()
                .map(at -> new Question(at.cell().center(), target * at.cell().cosine() * (1 - 4 * Rounding.U)))
                .toList());
    }
}
