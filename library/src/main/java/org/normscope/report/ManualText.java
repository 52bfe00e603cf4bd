package org.normscope.report;

import org.normscope.tensor.Printable;

/** A page with headings, paragraphs and items that have a word before them, wrapped at a width that reads well. */
final class ManualText {
    private static final int WIDTH = 100;
    private static final String INDENT = "  ";
    /** Where the text of an item begins. */
    private static final int ITEM = 11;

    private final StringBuilder out = new StringBuilder();
    private String before = "";

    /** Text at the margin, an empty line above it. */
    void heading(String text) {
        out.append(endsInEmptyLine() ? "" : "\n");
        wrapped("", text);
        before = "";
    }

    /** Text under an empty line. */
    void paragraph(String text) {
        out.append(endsInEmptyLine() ? "" : "\n");
        wrapped(INDENT, text);
        before = "";
    }

    /** Lines as they are, an empty one above and below them. */
    void lines(String text) {
        out.append('\n').append(text).append('\n');
        before = "";
    }

    /** A word and what it introduces; the word isn't repeated from line to line. */
    void item(String word, String text) {
        String shown = word.equals(before) ? "" : word;
        wrapped(INDENT + shown + " ".repeat(Math.max(1, ITEM - INDENT.length() - shown.length())), text);
        before = word;
    }

    private boolean endsInEmptyLine() {
        return out.length() > 1 && out.charAt(out.length() - 1) == '\n' && out.charAt(out.length() - 2) == '\n';
    }

    private void wrapped(String first, String text) {
        StringBuilder line = new StringBuilder(first);
        String indent = " ".repeat(first.length());
        int start = line.length();
        for (String word : Printable.oneLine(text).split(" ", -1)) {
            if (line.length() > start && line.length() + word.length() > WIDTH) {
                out.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(indent);
                start = line.length();
            }
            line.append(word).append(' ');
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
