package org.normscope.job.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what somebody meant who mistyped a word. */
public final class Nearest {
    private Nearest() {}

    /**
     * The known word with the fewest insertions, deletions, replacements and swaps of neighbours; of several the first. None where that
     * would change more than a third of the word, and more than one letter: such a word is no mistyped one.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) <= Math.max(1, word.length() / 3));
    }

    /** Known words, those that end with the word first, then those that contain it, then the others by their distance. */
    public static List<String> first(String word, Collection<String> known) {
        return known.stream()
                .sorted(Comparator.comparingInt((String candidate) -> rank(word, candidate))
                        .thenComparingInt(candidate -> distance(word, candidate)))
                .toList();
    }

    private static int rank(String word, String candidate) {
        if (candidate.endsWith(word)) {
            return 0;
        }
        return candidate.contains(word) ? 1 : 2;
    }

    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] d, int i, int j) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
