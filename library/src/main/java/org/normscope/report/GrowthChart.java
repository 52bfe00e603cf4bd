package org.normscope.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.WideBound;

/** A curve of bounds over the depth of a network, on a logarithmic scale, as SVG inside a page. */
final class GrowthChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 220;
    private static final int LEFT = 70;
    private static final int BOTTOM = 30;
    private static final int TOP = 12;

    private final List<String> names;
    private final List<Double> logs;
    private final double least;
    private final double most;

    private GrowthChart(List<String> names, List<Double> logs) {
        this.names = names;
        this.logs = logs;
        double[] sorted =
                logs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        least = Math.floor(sorted[0]);
        most = Math.max(least + 1, Math.ceil(sorted[sorted.length - 1]));
    }

    /**
     * The picture; empty where fewer than two values, or not all of them, are known and above 0.
     *
     * @param names what each point is
     * @param bounds as many as names
     */
    static String of(String title, List<String> names, List<@Nullable WideBound> bounds) {
        List<Double> logs = bounds.stream()
                .filter(Objects::nonNull)
                .map(WideBound::log10)
                .filter(Double::isFinite)
                .toList();
        return logs.size() < 2 || logs.size() < names.size() ? "" : new GrowthChart(names, logs).svg(title);
    }

    private String svg(String title) {
        Markup out = new Markup();
        out.raw(String.format(
                Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">\n", WIDTH, HEIGHT, WIDTH));
        out.element("title", title);
        grid(out);
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < logs.size(); i++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y(logs.get(i))));
        }
        out.raw("<polyline class=\"curve\" points=\"" + points.toString().strip() + "\"/>\n");
        for (int i = 0; i < logs.size(); i++) {
            out.raw(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\">", x(i), y(logs.get(i))));
            out.raw("<title>" + Markup.escaped(names.get(i) + ": 10^" + figure(logs.get(i))) + "</title></circle>\n");
        }
        return out.raw("</svg>\n").toString();
    }

    /** Lines at some powers of ten, and the first and the last name under the axis. */
    private void grid(Markup out) {
        double step = Math.max(1, Math.ceil((most - least) / 5));
        for (double power = least; power <= most; power += step) {
            out.raw(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
                            + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">10^%.0f</text>\n",
                    LEFT,
                    y(power),
                    WIDTH - 10,
                    y(power),
                    LEFT - 6,
                    y(power) + 4,
                    power));
        }
        label(out, LEFT, "start", names.get(0));
        label(out, WIDTH - 10, "end", names.get(names.size() - 1));
    }

    private static void label(Markup out, int x, String anchor, String name) {
        out.raw("<text x=\"" + x + "\" y=\"" + (HEIGHT - 8) + "\" text-anchor=\"" + anchor + "\">");
        out.raw(Markup.escaped(Shortened.name(name, 40)) + "</text>\n");
    }

    private double x(int i) {
        return LEFT + (WIDTH - 16.0 - LEFT) * i / (logs.size() - 1);
    }

    private double y(double log) {
        return TOP + (HEIGHT - BOTTOM - TOP) * (most - log) / (most - least);
    }

    private static String figure(double log) {
        return String.format(Locale.ROOT, "%.2f", log);
    }
}
