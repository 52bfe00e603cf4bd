package org.normscope.audit.pass;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.normscope.audit.effective.ReadFailure;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Striping;
import org.normscope.elements.Elements;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.matrix.BlockBundles;
import org.normscope.matrix.BlockGrid;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;

/**
 * What a cluster does with matrices whose lines are cut: machines hold bundles of blocks, and a pass takes two reductions, over the blocks
 * of each band and over the blocks of each column. The same arithmetic in the same order as one process does it.
 */
public final class GridAudit implements StoredParts {
    private static final long serialVersionUID = 1L;

    private final Storage storage;
    private final List<AuditTask> tasks;
    private final List<Striping> stripings;
    private final List<Lockstep.Bundle> parts = new ArrayList<>();
    private final int[] firstPart;

    /**
     * What is computed, and by which loops.
     *
     * @param work wanted of every block
     * @param kernels the same on every machine of an audit
     */
    public record Pass(SlabWork work, Kernels kernels) {}

    /** For those matrices of a lockstep whose lines are cut, on a storage that can be sent to other machines. */
    public GridAudit(Storage storage, List<AuditTask> tasks, Lockstep lockstep) {
        this.storage = storage;
        this.tasks = List.copyOf(tasks);
        this.stripings = lockstep.stripings();
        this.firstPart = new int[tasks.size()];
        for (int task = 0; task < tasks.size(); task++) {
            firstPart[task] = parts.size();
            for (int i = 0; grid(task).isCutAcross() && i < bundles(task).bundles(); i++) {
                parts.add(new Lockstep.Bundle(task, i));
            }
        }
    }

    private BlockGrid grid(int task) {
        return stripings.get(task).grid();
    }

    private BlockBundles bundles(int task) {
        return BlockBundles.of(grid(task));
    }

    /** Number of parts: bundles of blocks of one matrix each. */
    public int parts() {
        return parts.size();
    }

    /** The matrix that a part belongs to, by its place in the list of tasks. */
    public int task(int part) {
        return parts.get(part).task();
    }

    /** Blocks in a band of a matrix: its number of columns. */
    public int across(int task) {
        return grid(task).across();
    }

    /** Bands of a matrix. */
    public int bands(int task) {
        return grid(task).bands().slabs();
    }

    @Override
    public int count(int part) {
        return bundles(task(part)).count(parts.get(part).index());
    }

    @Override
    public String shortage(int part) {
        return HeapShortage.advice(tasks.get(task(part)).tensor().name());
    }

    private int block(int part, int position) {
        return bundles(task(part)).first(parts.get(part).index()) + position;
    }

    /** The band of a part's block. */
    public int band(int part, int position) {
        return grid(task(part)).band(block(part, position));
    }

    /** The column of a part's block. */
    public int column(int part, int position) {
        return grid(task(part)).position(block(part, position));
    }

    /** Parts that hold blocks of a band. */
    public List<Integer> partsOf(int task, int band) {
        BlockBundles bundles = bundles(task);
        List<Integer> found = new ArrayList<>();
        for (int i = bundles.firstOf(band); i <= bundles.lastOf(band); i++) {
            found.add(firstPart[task] + i);
        }
        return found;
    }

    @Override
    public Fetched read(int part, int position) throws IOException {
        AuditTask task = tasks.get(task(part));
        CountingStorage counting = new CountingStorage(storage);
        try (Elements elements = task.files().open(counting, task.tensor())) {
            BlockReader reader = new BlockReader(elements, task, grid(task(part)));
            byte[] bytes = reader.read(block(part, position)).bytes();
            return new Fetched(bytes, counting.bytesRead());
        } catch (IOException e) {
            throw new IOException(ReadFailure.reason(storage, task, e), e);
        }
    }

    /** The first reduction's share of a part's block, from the bytes that {@link #read} gave. */
    public Projection project(int part, int position, byte[] bytes, Pass pass) {
        int left = grid(task(part)).left(column(part, position));
        return arithmetic(task(part), pass).project(slab(part, position, bytes), left);
    }

    /** The second reduction's share of a part's block, from its bytes and the sum of the first over its band. */
    public SlabShare multiply(int part, int position, byte[] bytes, Projection band, Pass pass) {
        return arithmetic(task(part), pass).column(slab(part, position, bytes), band);
    }

    /** Whether the second reduction has anything to do for a matrix. */
    public boolean hasColumns(int task, Pass pass) {
        return arithmetic(task, pass).hasColumns();
    }

    /** What a band tells without its columns. */
    public SlabShare summary(int task, Projection band, Pass pass) {
        return arithmetic(task, pass).summary(band);
    }

    /** The sum over all bands of one column, or of what belongs to none, in the order of the matrix's tree. */
    public SlabShare sum(int task, List<SlabShare> bands) {
        ShareSum sum = new ShareSum(stripings.get(task).tree());
        // Laid end to end once, not with every addition.
        List<double[]> rows = bands.stream().map(SlabShare::takeCompleteRows).toList();
        bands.forEach(sum::add);
        SlabShare total = sum.total();
        total.giveCompleteRows(endToEnd(rows));
        return total;
    }

    private static double[] endToEnd(List<double[]> parts) {
        double[] all = new double[parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact)];
        int at = 0;
        for (double[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** The whole pass, from the sums over bands. */
    public static SlabShare whole(SlabShare summary, List<SlabShare> columns) {
        return SlabShare.across(summary, columns);
    }

    private BlockWork arithmetic(int task, Pass pass) {
        return new BlockWork(grid(task).bands().shape(), pass.work(), pass.kernels());
    }

    private Slab slab(int part, int position, byte[] bytes) {
        return BlockReader.slab(tasks.get(task(part)), grid(task(part)), bytes, block(part, position));
    }
}
