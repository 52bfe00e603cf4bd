package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.List;

/**
 * Which tensors an audit looks at, by name. A pattern's {@code *} stands for any characters (dots too), {@code ?} for one.
 *
 * @param include patterns of which one must match; none means all
 * @param exclude patterns of which none may match
 */
public record Selection(List<String> include, List<String> exclude) implements Serializable {
    /** Everything. */
    public static final Selection ALL = new Selection(List.of(), List.of());

    /** Copies the lists. */
    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /** Whether a tensor of this name is looked at. */
    public boolean matches(String name) {
        boolean included = include.isEmpty() || include.stream().anyMatch(pattern -> matches(pattern, name));
        return included && exclude.stream().noneMatch(pattern -> matches(pattern, name));
    }

    /** Greedy matching with one point to fall back to: linear in practice, never exponential, whatever the name. */
    private static boolean matches(String pattern, String name) {
        int p = 0;
        int star = -1;
        int resume = 0;
        int n = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
