package org.normscope.report;

import java.util.Optional;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;

/**
 * Everything that the numbers of an audit depend on: only an audit with the same key may go on with a journal's.
 *
 * @param tool version and commit
 * @param kernel name and lanes of the inner loops
 * @param fingerprint the checkpoint's, as the report gives it
 * @param written changes when a file of the checkpoint is written again, {@link org.normscope.audit.Checkpoints#written}
 * @param settings those that can change a number, but for the seed, as text
 * @param seed start of all random streams
 */
public record JournalKey(String tool, String kernel, String fingerprint, String written, String settings, long seed) {
    /** The key of a plan, carried out by this tool with this kernel, for files that were written then. */
    public static JournalKey of(AuditPlan plan, String written, AuditReport.Kernel kernel, BuildInfo build) {
        Long seed = plan.settings().seed();
        if (seed == null) {
            throw new IllegalArgumentException("a plan without a seed");
        }
        return new JournalKey(
                build.version() + " " + build.commit(),
                kernel.name() + " " + kernel.lanes(),
                Fingerprint.of(plan.checkpoint()),
                written,
                plan.settings().withSeed(0).toString(),
                seed);
    }

    /** What sets a journal with this key apart from an audit with the other one, in words; empty if nothing does. */
    public Optional<String> difference(JournalKey other) {
        if (!fingerprint.equals(other.fingerprint)) {
            return Optional.of("another checkpoint");
        }
        if (!written.equals(other.written)) {
            return Optional.of("a checkpoint whose files were written again since");
        }
        if (!settings.equals(other.settings)) {
            return Optional.of("other settings");
        }
        if (seed != other.seed) {
            return Optional.of("seed " + seed);
        }
        if (!tool.equals(other.tool)) {
            return Optional.of("another version of Normscope, " + tool);
        }
        return kernel.equals(other.kernel) ? Optional.empty() : Optional.of("another kernel, " + kernel);
    }
}
