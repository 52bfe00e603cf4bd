package org.normscope.format.onnx;

import java.io.IOException;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/** What a graph may take of memory; asked before it is taken. */
final class GraphBudget {
    private static final int MOST_NODES = 50_000;
    private static final int MOST_ENTRIES = 1_000_000;
    /** Numbers in tensors and lists of more than {@link #FEW}, all together. */
    private static final int MOST_VALUES = 1 << 19;

    /** Those of at most so many have a budget of their own: shapes, axes, pads, which a graph can't be followed without. */
    private static final int FEW = 64;

    private static final int MOST_IN_FEWS = 1 << 20;
    private static final long MOST_TEXT = 32L << 20;

    private int nodes;
    private int entries;
    private int values;
    private int inFews;
    private long text;

    void spendNode(Position place) throws BadCheckpointException {
        nodes++;
        place.require(nodes <= MOST_NODES, "more than %d nodes; no graph of this size is followed", MOST_NODES);
    }

    /** A name, an attribute, an initializer. */
    void spendEntry(Position place) throws BadCheckpointException {
        entries++;
        place.require(
                entries <= MOST_ENTRIES,
                "more than %d names and attributes; no graph of this size is followed",
                MOST_ENTRIES);
    }

    /** Whether so many numbers may be held as well; if so they are spent. */
    boolean spendValues(long count) {
        if (count <= FEW) {
            boolean held = count <= MOST_IN_FEWS - inFews;
            inFews += held ? (int) count : 0;
            return held;
        }
        boolean held = count <= Math.min(Constant.MOST_VALUES, MOST_VALUES - values);
        values += held ? (int) count : 0;
        return held;
    }

    /** A name, or an attribute's text. */
    String text(Message content, int longest) throws BadCheckpointException, IOException {
        spendEntry(content.place());
        text += content.bytes();
        content.place()
                .require(
                        text <= MOST_TEXT, "more than %d bytes of names; no graph of this size is followed", MOST_TEXT);
        return content.text(longest);
    }
}
