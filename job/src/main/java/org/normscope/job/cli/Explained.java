package org.normscope.job.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.settings.Nearest;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.report.Explanation;
import org.normscope.tensor.Printable;

/**
 * The page that {@code --explain} asks for.
 *
 * @param block its name; null for no page
 */
record Explained(@Nullable String block) {
    /** Blocks that are named to somebody who named none of them. */
    private static final int NAMED = 12;

    /**
     * Makes sure that there is such a block, before anything is computed.
     *
     * @param structure what is known of the network
     * @throws UsageException if there isn't, naming those that come near
     */
    static Explained of(Settings settings, Structure structure) throws UsageException {
        String block = settings.text(Setting.EXPLAIN).orElse(null);
        if (block == null) {
            return new Explained(null);
        }
        List<String> names = structure.blockNames();
        if (names.isEmpty()) {
            throw new UsageException("--explain needs to know how layers are connected, and no config.json with a known"
                    + " model_type says it; describe the network with --network FILE");
        }
        if (!names.contains(block)) {
            String near = Nearest.first(block, names).stream()
                    .limit(NAMED)
                    .map(Printable::quoted)
                    .collect(Collectors.joining(", "));
            int more = names.size() - NAMED;
            throw new UsageException("--explain: the network has no block " + Printable.quoted(block) + "; it has "
                    + near + (more > 0 ? " and " + more + " more, which the report's table lists" : ""));
        }
        return new Explained(block);
    }

    /** Prints the page, if one is asked for. */
    void print(AuditReport report, PrintStream out) {
        if (block != null && report.model() != null) {
            out.print(Explanation.of(report.model(), block));
        }
    }
}
