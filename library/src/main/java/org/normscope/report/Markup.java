package org.normscope.report;

import java.util.List;
import org.normscope.tensor.Printable;

/** Pieces of HTML and SVG; every text that goes in is escaped. */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /** The text as characters of a page: a line, invisible characters visible, nothing that could be markup. */
    static String escaped(String text) {
        return Printable.oneLine(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** An element with a text. */
    Markup element(String name, String text) {
        out.append('<').append(name).append('>').append(escaped(text));
        out.append("</").append(name).append(">\n");
        return this;
    }

    /** Markup as it is. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /** A list of texts; nothing for none. */
    Markup list(List<String> texts) {
        if (!texts.isEmpty()) {
            out.append("<ul>\n");
            texts.forEach(text -> element("li", text));
            out.append("</ul>\n");
        }
        return this;
    }

    /** Begins a table. */
    Markup table(String... headings) {
        out.append("<table>\n<thead><tr>");
        for (String heading : headings) {
            out.append("<th>").append(escaped(heading)).append("</th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        return this;
    }

    /** A line of a table. */
    Markup row(String... cells) {
        out.append("<tr>");
        for (String cell : cells) {
            out.append("<td>").append(escaped(cell)).append("</td>");
        }
        out.append("</tr>\n");
        return this;
    }

    /** Ends a table. */
    Markup endTable() {
        out.append("</tbody>\n</table>\n");
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
