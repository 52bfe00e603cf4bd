package org.normscope.format.pickle;

import java.io.IOException;
import java.util.Collections;
import java.util.Objects;
import org.normscope.format.PickleValue;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/**
 * Python's pickle machine, protocols 0 to 5, reduced to data: it makes values, takes down the calls of a closed table of
 * value constructors, and makes inert stubs of objects whose class it doesn't know. {@code docs/formats/pickle.md} says
 * where that ends. It holds no reference to a class loader, a process or a file other than the one it reads, and no part
 * of it is recursive. One machine may serve many threads.
 */
public final class PickleMachine implements Unpickler {
    private final PickleLimits limits;
    private final PersistentIds ids;

    /** A machine with {@link PickleLimits#DEFAULT}. */
    public PickleMachine() {
        this(PickleLimits.DEFAULT);
    }

    /** A machine with other limits, as for the metadata of a checkpoint in very many chunks. */
    public PickleMachine(PickleLimits limits) {
        this(limits, PersistentIds.TUPLES);
    }

    /** A machine with other limits, for files of this age. */
    public PickleMachine(PickleLimits limits, PersistentIds ids) {
        this.limits = limits;
        this.ids = ids;
    }

    @Override
    public Pickle read(String file, RangeReader in, long start, long end) throws BadCheckpointException, IOException {
        Objects.checkFromToIndex(start, end, in.length());
        Spot spot = new Spot(file);
        Allowance allowance = new Allowance(limits, spot);
        PickleInput input = new PickleInput(in, start, end, allowance, spot);
        Run run = new Run(spot, input, allowance, ids);
        PickleValue root = run.root();
        return new Pickle(root, input.offset(), Collections.unmodifiableSortedMap(run.making.stubs()));
    }
}
