package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.testing.files.GraphProto.list;
import static org.normscope.testing.files.GraphProto.whole;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.testing.files.GraphProto;

/** Graphs whose shapes and constants are easily mistaken: a bound is none that a slope can exceed. */
class ShapesAndConstantsTest {
    private static final int FLOAT = 1;
    private static final int BOOL = 9;

    private static GraphProto graph(Integer... dims) {
        return GraphProto.of("x", List.of(dims), "y");
    }

    /** A slope of the graph's function is no larger than its bound, if it has one. */
    private static void isAtLeast(GraphProto graph, double slope) throws Exception {
        ModelBound model = AuditedGraph.bound(graph.bytes());
        if (model.limit().upper() == null) {
            assertThat(model.limit().reason()).contains("no rule for");
        } else {
            assertThat(AuditedGraph.value(model)).isGreaterThanOrEqualTo(slope);
        }
    }

    @Test
    void numbersThatAreNotZeroAreTrue() throws Exception {
        GraphProto graph = graph(2, 4).floats("c", List.of(4), 0.5, 0.5, 0.5, 0.5);
        graph.node("Cast", "c", "b", whole("to", BOOL)).node("Cast", "b", "f", whole("to", FLOAT));
        isAtLeast(graph.node("Mul", "x f", "y"), 1);
    }

    @Test
    void integersWrapAroundInNarrowTypes() throws Exception {
        GraphProto graph = graph(2, 4).floats("c", List.of(1), -1);
        graph.node("Cast", "c", "b", whole("to", 2)).node("Cast", "b", "f", whole("to", FLOAT));
        isAtLeast(graph.node("Mul", "x f", "y"), 255);
    }

    @Test
    void backwardsFromBeforeTheStartIsTheFirstEntry() throws Exception {
        GraphProto graph =
                graph(2, 4).wholes("s", -9).wholes("e", -99).wholes("a", 1).wholes("t", -1);
        isAtLeast(graph.node("Slice", "x s e a t", "u").node("ReduceSum", "u a", "y"), 1);
    }

    @Test
    void exponentsStretchShapes() throws Exception {
        GraphProto graph = graph(3, 2)
                .floats("low", List.of(), -1)
                .floats("high", List.of(), 1)
                .floats("two", List.of(1, 1, 1), 2)
                .wholes("a", 1);
        graph.node("Clip", "x low high", "c").node("Pow", "c two", "u");
        isAtLeast(graph.node("ReduceSum", "u a", "y"), 2 * Math.sqrt(3));
    }

    @Test
    void epsilonsStretchShapes() throws Exception {
        GraphProto graph = graph(3, 2).floats("e", List.of(1, 1, 1), 0.25).wholes("a", 1);
        graph.node("Mul", "x x", "s")
                .node("ReduceMean", "s", "m", list("axes", 1))
                .node("Add", "m e", "v")
                .node("Sqrt", "v", "r")
                .node("Div", "x r", "u");
        isAtLeast(graph.node("ReduceSum", "u a", "y"), 2 * Math.sqrt(3));
    }

    @Test
    void smallSummandsDontVanishInLargeOnes() throws Exception {
        GraphProto graph = graph(2, 4).floats("large", List.of(), 1e20).floats("five", List.of(), 5);
        graph.node("Add", "x large", "p").node("Sub", "p five", "q").node("Sub", "q large", "u");
        // x sigmoid(x - 5) has this slope, and more, at 5.
        isAtLeast(graph.node("Sigmoid", "u", "g").node("Mul", "x g", "y"), 0.5 + 5 * 0.25);
    }

    @Test
    void constantsInTrainingModeAreRandom() throws Exception {
        GraphProto graph = graph(2, 4).floats("c", List.of(4), 1, 1, 1, 1).floats("ratio", List.of(), 0.5);
        graph.wholes("on", 1).node("Dropout", "c ratio on", "d");
        isAtLeast(graph.node("Mul", "x d", "y"), 2);
    }

    @Test
    void lengthsOfResizedDimensionsMayBeRoundedUp() throws Exception {
        GraphProto graph = graph(1, 1, 10).floats("s", List.of(3), 1, 1, 0.7f).wholes("a", 2);
        isAtLeast(graph.node("Resize", "x  s", "u").node("ReduceSum", "u a", "y"), Math.sqrt(7));
    }

    @Test
    void slicesAreNoLongerThanWhatTheyAreOf() throws Exception {
        GraphProto graph = GraphProto.of("x", List.of("n", 4), "y").input("p", FLOAT, List.of(6, 3));
        graph.wholes("zero", 0).wholes("minus", -1).node("Shape", "x", "d").node("Gather", "d zero", "n");
        graph.node("Slice", "p zero n zero", "q").node("Concat", "n minus", "t", whole("axis", 0));
        // With n = 9 these are 9 x 2.
        graph.node("Reshape", "q t", "u").node("ReduceMean", "u", "y", list("axes", 1));
        isAtLeast(graph, 1 / Math.sqrt(2));
    }
}
