package org.normscope.job.spark;

import java.io.Serializable;
import java.util.List;
import org.normscope.audit.Engine;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;

/** A tensor that a Spark task audited, and its row norms if they are wanted. */
record Audited(TaskResult result, List<RowNorms> rows) implements Serializable {
    /** Copies the list. */
    Audited {
        rows = List.copyOf(rows);
    }

    void tell(Engine.Listener listener) {
        rows.forEach(listener::rowNorms);
        listener.finished(result);
    }
}
