package org.normscope.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of text in columns that are as wide as their widest cell; the last column runs free. */
public final class Columns {
    private static final String INDENT = "  ";

    private final List<List<String>> lines = new ArrayList<>();
    private final String alignment;

    /** One letter per column: {@code r} right, {@code l} left. */
    public Columns(String alignment) {
        this.alignment = alignment;
    }

    /** Adds a line, one cell per column. */
    public void line(String... cells) {
        lines.add(List.of(cells));
    }

    /** All lines, each ending in {@code \n}. */
    @Override
    public String toString() {
        int[] widths = new int[alignment.length()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(widths[i] - line.get(i).length());
                boolean right = alignment.charAt(i) == 'r';
                text.append(INDENT).append(right ? space + line.get(i) : line.get(i) + space);
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
