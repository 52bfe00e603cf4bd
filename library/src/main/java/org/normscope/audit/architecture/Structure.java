package org.normscope.audit.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.normscope.audit.network.KernelWords;
import org.normscope.audit.network.NetworkAudit;
import org.normscope.audit.network.NetworkDescription;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;

/** What is known of how a checkpoint's layers are connected. */
public sealed interface Structure {
    /**
     * What an audit should do for it beside what is asked for.
     *
     * @throws BadCheckpointException if a user's description doesn't fit the checkpoint
     */
    default AuditPlan.Request request(AuditPlan.Request asked, Checkpoint checkpoint) throws BadCheckpointException {
        return asked;
    }

    /**
     * What follows for the whole model; empty where nothing is known.
     *
     * @param report of the plan
     * @param storage where the checkpoint's files lie
     * @throws BadCheckpointException if a user's description doesn't fit the checkpoint
     * @throws IOException if the storage fails under a user's description
     */
    Optional<ModelBound> bound(AuditPlan plan, AuditReport report, Storage storage)
            throws BadCheckpointException, IOException;

    /** Names of the network's blocks, in order; none where nothing is known. */
    default List<String> blockNames() {
        return List.of();
    }

    /** Nothing. */
    record Unknown() implements Structure {
        @Override
        public Optional<ModelBound> bound(AuditPlan plan, AuditReport report, Storage storage) {
            return Optional.empty();
        }
    }

    /** A user says it: what doesn't fit is an error. */
    record Told(NetworkDescription description) implements Structure {
        @Override
        public List<String> blockNames() {
            return description.blockNames();
        }

        @Override
        public AuditPlan.Request request(AuditPlan.Request asked, Checkpoint checkpoint) throws BadCheckpointException {
            return asked.using(KernelWords.of(description, checkpoint));
        }

        @Override
        public Optional<ModelBound> bound(AuditPlan plan, AuditReport report, Storage storage)
                throws BadCheckpointException, IOException {
            return Optional.of(NetworkAudit.of(description, plan, report, storage));
        }
    }

    /**
     * The checkpoint itself says it, and nobody asked: what doesn't fit is the reason why there is no bound.
     *
     * @param description of its network
     * @param assumptions what the bound presumes beside what the layers do, in words
     */
    record Found(NetworkDescription description, List<String> assumptions) implements Structure {
        /** Copies the list. */
        public Found {
            assumptions = List.copyOf(assumptions);
        }

        @Override
        public List<String> blockNames() {
            return description.blockNames();
        }

        @Override
        public AuditPlan.Request request(AuditPlan.Request asked, Checkpoint checkpoint) {
            try {
                return asked.using(KernelWords.of(description, checkpoint));
            } catch (BadCheckpointException e) {
                // The same is found again, and said, where the bound is made.
                return asked;
            }
        }

        @Override
        public Optional<ModelBound> bound(AuditPlan plan, AuditReport report, Storage storage) {
            try {
                return Optional.of(
                        NetworkAudit.of(description, plan, report, storage).assuming(assumptions));
            } catch (BadCheckpointException | IOException e) {
                String reason = Printable.oneLine(String.valueOf(e.getMessage()));
                return Optional.of(ModelBound.none(reason, description.source()));
            }
        }
    }

    /**
     * What the checkpoint itself says leads nowhere.
     *
     * @param reason why
     * @param source of what was found
     */
    record Failed(String reason, ModelBound.Source source) implements Structure {
        @Override
        public Optional<ModelBound> bound(AuditPlan plan, AuditReport report, Storage storage) {
            return Optional.of(ModelBound.none(reason, source));
        }
    }
}
