package org.normscope.audit.pass;

import java.util.function.Consumer;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.RowNorms;

/**
 * Takes row norms off the shares of one pass over a matrix: those of a tall one from every share before it is added to the others, so
 * that they are never held together; those of a wide one, whose rows cross all slabs, from the whole.
 */
final class RowTap {
    private final AuditTask task;
    private final SlabWork work;
    private final Consumer<RowNorms> rows;

    RowTap(AuditTask task, SlabWork work, Consumer<RowNorms> rows) {
        this.task = task;
        this.work = work;
        this.rows = rows;
    }

    /** Whether shares bring norms of their own. */
    boolean isTall() {
        return work.statistics() == SlabWork.Statistics.TAKEN_WITH_ROWS
                && task.shape().isTall();
    }

    /** Empties a share whose slabs begin at line {@code first}. */
    void share(long first, SlabShare share) {
        tell(first, share.takeCompleteRows());
    }

    /** Takes what only the whole pass knows. */
    void total(SlabShare total) {
        if (work.statistics() == SlabWork.Statistics.TAKEN_WITH_ROWS) {
            tell(0, total.crossingRows());
        }
    }

    private void tell(long first, double[] norms) {
        if (norms.length > 0) {
            rows.accept(new RowNorms(task, first, norms));
        }
    }
}
