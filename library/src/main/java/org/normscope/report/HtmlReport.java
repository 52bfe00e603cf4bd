package org.normscope.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;

/** {@code report.html}: one page that needs nothing else, without scripts, and that no text of a checkpoint can add markup to. */
public final class HtmlReport {
    /** Weights of a page; the rest is in the other files. */
    private static final int MOST_WEIGHTS = 2000;

    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Normscope report</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; display: block; overflow-x: auto; }
            th, td { padding: .15rem .8rem .15rem 0; text-align: left; white-space: nowrap; font-variant-numeric: tabular-nums; }
            th { border-bottom: 1px solid; }
            figure { margin: 1rem 0; }
            svg { max-width: 100%; height: auto; font-size: 12px; fill: currentColor; }
            .grid { stroke: currentColor; stroke-opacity: .2; }
            .curve { fill: none; stroke: #2a78c2; stroke-width: 2; }
            circle { fill: #2a78c2; }
            </style>
            </head>
            <body>
            """;

    private final AuditReport report;
    private final Markup out = new Markup();

    private HtmlReport(AuditReport report) {
        this.report = report;
    }

    /**
     * Writes the page.
     *
     * @param stream flushed, not closed
     * @throws IOException if the stream fails
     */
    public static void write(AuditReport report, OutputStream stream) throws IOException {
        Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        writer.append(new HtmlReport(report).page());
        writer.flush();
    }

    private String page() {
        out.raw(HEAD).element("h1", report.checkpoint().location());
        String architecture =
                report.checkpoint().architecture().map(name -> ", " + name).orElse("");
        out.element(
                "p",
                report.checkpoint().format() + architecture + ": "
                        + Figures.count(report.tensors().size(), "tensor") + ", "
                        + Figures.bytes(report.bytes()) + "; " + report.count(Status.ANALYZED) + " analyzed, "
                        + report.count(Status.SKIPPED) + " skipped, " + report.count(Status.FAILED) + " failed.");
        out.list(report.checkpoint().notes());
        out.raw(HtmlModel.of(report.model()));
        adapter(report.adapter());
        weights();
        return out.raw("</body>\n</html>\n").toString();
    }

    private void adapter(@Nullable AdapterEffect effect) {
        if (effect == null) {
            return;
        }
        out.element("h2", "Adapter " + effect.name());
        if (effect.base() != null) {
            out.element(
                    "p",
                    "The bound of the network without it: "
                            + ModelFigures.size(effect.base().limit().upper()) + ".");
        }
        out.table("weight W", "s", "‖W‖ at most", "‖s B A‖ at most", "‖W + s B A‖ at most", "relative change");
        effect.weights()
                .forEach(change -> out.row(
                        change.weight(),
                        Figures.close(change.factor()),
                        AdapterText.most(change.before()),
                        AdapterText.most(change.change()),
                        AdapterText.most(change.after()),
                        AdapterText.relative(change)));
        out.endTable();
    }

    private void weights() {
        out.element("h2", "Spectral norms");
        if (report.weights().size() > MOST_WEIGHTS) {
            out.element(
                    "p",
                    "The " + MOST_WEIGHTS + " largest of " + report.weights().size() + "; weights.csv has all.");
        }
        List<WeightRow> rows = report.weights().stream()
                .sorted(Comparator.comparingDouble(HtmlReport::order))
                .limit(MOST_WEIGHTS)
                .toList();
        out.table("weight", "made by", "at least", "at most", "certificate", "method", "reason");
        rows.forEach(this::weight);
        out.endTable();
    }

    /** Largest first, those without a norm behind them. */
    private static double order(WeightRow row) {
        WeightNorm norm = row.norm();
        return norm == null ? Double.POSITIVE_INFINITY : -highest(norm);
    }

    private static double highest(WeightNorm norm) {
        return norm.sigma().upper().map(UpperBound::value).orElse(norm.sigma().estimate());
    }

    private void weight(WeightRow row) {
        @Nullable WeightNorm norm = row.norm();
        String name = row.weight().isSlice()
                ? row.weight().name() + "[" + row.weight().batchIndex() + "]"
                : row.weight().name();
        String reason = row.reason() == null ? "" : row.reason();
        String how = row.weight().how().word();
        if (norm == null) {
            out.row(name, how, "", "", "", "", reason);
            return;
        }
        out.row(
                name,
                how,
                Figures.down(norm.sigma().lower().value()),
                norm.sigma().upper().map(upper -> Figures.up(upper.value())).orElse("unknown"),
                norm.sigma().certificate().word().replace('_', ' '),
                norm.method().word(),
                reason);
    }
}
