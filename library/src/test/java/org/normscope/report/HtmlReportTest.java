package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.ModelBound.Alone;
import org.normscope.audit.result.ModelBound.Basis;
import org.normscope.audit.result.ModelBound.Behind;
import org.normscope.audit.result.ModelBound.Block;
import org.normscope.audit.result.ModelBound.Limit;
import org.normscope.audit.result.ModelBound.Parts;
import org.normscope.audit.result.ModelBound.Source;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;
import org.w3c.dom.Document;

class HtmlReportTest {
    private static final String EVIL = "<script>alert(1)</script>\u0000&'\"";

    private static String page(AuditReport report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HtmlReport.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ModelBound model(int blocks, @Nullable WideBound radius) {
        List<Block> all = IntStream.range(0, blocks)
                .mapToObj(i -> new Block(
                        EVIL + i,
                        new Alone(WideBound.of(10), WideBound.of(2), null),
                        new Behind(new WideBound(1, 1000 * (i + 1)), radius),
                        List.of()))
                .toList();
        Source source = new Source("description", EVIL, "0".repeat(64));
        Basis basis = new Basis(source, "l2", List.of(EVIL), List.of());
        return new ModelBound(
                new Limit(new WideBound(1, 4000), new LowerBound(0), null, 0), basis, null, new Parts(all, List.of()));
    }

    private static Document svg(String page) throws Exception {
        String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void curvesHaveAPointForEveryBlock() throws Exception {
        String page = page(ReportSample.report().with(model(7, null)));
        Document svg = svg(page);
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(7);
        String[] points = svg.getElementsByTagName("polyline")
                .item(0)
                .getAttributes()
                .getNamedItem("points")
                .getNodeValue()
                .split(" ", -1);
        assertThat(points).hasSize(7);
        double first = Double.parseDouble(points[0].split(",", -1)[1]);
        double second = Double.parseDouble(points[1].split(",", -1)[1]);
        double third = Double.parseDouble(points[2].split(",", -1)[1]);
        assertThat(second - third).as("equal powers, equal steps").isCloseTo(first - second, within(0.2));
        assertThat(page).contains("<h3>Growth by depth</h3>").contains("At most 10^1204.2, in l2.");
        assertThat(page.split("<svg", -1))
                .as("no curve of norms that aren't known")
                .hasSize(2);
        assertThat(page(ReportSample.report().with(model(7, WideBound.of(3)))).split("<svg", -1))
                .hasSize(3);
    }

    @Test
    void namesAreTextAndNothingIsFetched() throws IOException {
        String page = page(ReportSample.report().with(model(3, null)));
        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u0000&amp;&#39;&quot;")
                .contains("default-src 'none'")
                .doesNotContain("<script")
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("src=\"");
    }

    @Test
    void adaptersAreShownWithTheirChanges() throws IOException {
        Interval three = Interval.around(3, 3, 3, Certificate.RIGOROUS, 0);
        AdapterEffect effect = new AdapterEffect(
                "chat", List.of(new AdapterEffect.Change("q.weight", 2, three, three.times(2), null)), model(2, null));
        assertThat(page(ReportSample.report().with(effect)))
                .contains("<h2>Adapter chat</h2>")
                .contains("<td>q.weight</td><td>2</td><td>3</td><td>6.00001</td><td>unknown</td><td>2.00001</td>")
                .contains("without it: 10^1204.2");
    }

    @Test
    void everyWeightIsOnThePage() throws IOException {
        AuditReport report = ReportSample.report();
        String page = page(report);
        report.weights()
                .forEach(row ->
                        assertThat(page).contains(Markup.escaped(row.weight().name())));
        assertThat(page).doesNotContain("Lipschitz bound of the network");
    }
}
