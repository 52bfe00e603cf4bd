package org.normscope.format.pickle;

import java.util.ArrayList;
import java.util.List;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;

/** The stack of the machine. Below the last mark nothing can be reached. */
final class ValueStack {
    private final List<PickleValue> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final int limit;
    private final Spot spot;

    ValueStack(int limit, Spot spot) {
        this.limit = limit;
        this.spot = spot;
    }

    void push(PickleValue value) throws BadCheckpointException {
        requireRoom();
        values.add(value);
    }

    void mark() throws BadCheckpointException {
        requireRoom();
        marks.add(values.size());
    }

    PickleValue top() throws BadCheckpointException {
        requireValue();
        return values.get(values.size() - 1);
    }

    PickleValue pop() throws BadCheckpointException {
        requireValue();
        return values.remove(values.size() - 1);
    }

    /** Takes so many values off, in the order in which they were pushed. */
    List<PickleValue> pop(int count) throws BadCheckpointException {
        spot.require(values.size() - floor() >= count, "fewer than %d values are on the stack", count);
        return popFrom(values.size() - count);
    }

    /** Takes off the last mark and what was pushed since, in that order. */
    List<PickleValue> popToMark() throws BadCheckpointException {
        spot.require(!marks.isEmpty(), "no mark is on the stack");
        return popFrom(marks.remove(marks.size() - 1));
    }

    /** Takes off the last value, or the mark if no value came after it. */
    void drop() throws BadCheckpointException {
        if (values.size() == floor() && !marks.isEmpty()) {
            marks.remove(marks.size() - 1);
        } else {
            pop();
        }
    }

    /** Values and marks. */
    int size() {
        return values.size() + marks.size();
    }

    private List<PickleValue> popFrom(int start) {
        List<PickleValue> tail = values.subList(start, values.size());
        List<PickleValue> taken = new ArrayList<>(tail);
        tail.clear();
        return taken;
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private void requireValue() throws BadCheckpointException {
        spot.require(values.size() > floor(), "no value is on the stack");
    }

    private void requireRoom() throws BadCheckpointException {
        spot.require(size() < limit, "more than %d values are on the stack", limit);
    }
}
