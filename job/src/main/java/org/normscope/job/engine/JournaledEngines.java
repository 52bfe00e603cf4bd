package org.normscope.job.engine;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.normscope.audit.Engine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.verify.RelationEngine;
import org.normscope.storage.Storage;

/**
 * Engines that compute only what isn't known yet, and tell a journal what they computed.
 *
 * @param engines who computes
 * @param known results of an interrupted audit with the same plan
 * @param journal told of every new result before anybody else
 */
public record JournaledEngines(EngineFactory engines, List<TaskResult> known, Consumer<TaskResult> journal)
        implements EngineFactory {
    /** Copies the list. */
    public JournaledEngines {
        known = List.copyOf(known);
    }

    @Override
    public EngineSession open(Storage storage, Kernels kernels) throws IOException {
        EngineSession session = engines.open(storage, kernels);
        return new Session(session, new Journaled(session.engine()));
    }

    private record Session(EngineSession inner, Engine engine) implements EngineSession {
        /** Of another storage no journal is kept. */
        @Override
        public Engine engine(Storage other) {
            return inner.engine(other);
        }

        @Override
        public ShardEngine shards() {
            return inner.shards();
        }

        @Override
        public RelationEngine relations() {
            return inner.relations();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private final class Journaled implements Engine {
        private final Engine inner;

        Journaled(Engine inner) {
            this.inner = inner;
        }

        @Override
        public long weightMemory() {
            return inner.weightMemory();
        }

        @Override
        public Map<String, String> environment() {
            return inner.environment();
        }

        @Override
        public void run(AuditPlan plan, Listener listener) throws IOException {
            Set<Integer> finished = new HashSet<>();
            for (TaskResult result : known) {
                finished.add(result.task().index());
                listener.finished(result);
            }
            AuditPlan rest = new AuditPlan(
                    plan.checkpoint(),
                    plan.settings(),
                    plan.map(),
                    plan.tasks().stream()
                            .filter(task -> !finished.contains(task.index()))
                            .toList(),
                    plan.skipped(),
                    plan.request());
            inner.run(rest, new Listener() {
                @Override
                public void finished(TaskResult result) {
                    journal.accept(result);
                    listener.finished(result);
                }

                @Override
                public void rowNorms(RowNorms rows) {
                    listener.rowNorms(rows);
                }
            });
        }
    }
}
