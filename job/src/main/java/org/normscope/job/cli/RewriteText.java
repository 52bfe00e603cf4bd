package org.normscope.job.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.normscope.bound.Interval;
import org.normscope.format.huggingface.SideFiles.SideFile;
import org.normscope.report.Columns;
import org.normscope.report.Figures;
import org.normscope.report.Reasons;
import org.normscope.report.Shortened;
import org.normscope.rewrite.NewTensor;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.ShardPlan;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.rewrite.WrittenFile;
import org.normscope.rewrite.verify.Comparison;
import org.normscope.rewrite.verify.Comparison.Derived;
import org.normscope.rewrite.verify.Comparison.Verdict;
import org.normscope.rewrite.verify.VerifiedRewrite.Written;
import org.normscope.tensor.Printable;

/** A rewrite for the terminal: what would be done, or what was done and what the audits say. */
final class RewriteText {
    /** More rows than this say less; all are in the JSON. */
    private static final int SHOWN = 40;

    private static final int LONGEST_NAME = 60;

    private final RewriteAccount account;
    private final StringBuilder out = new StringBuilder();

    private RewriteText(RewriteAccount account) {
        this.account = account;
        out.append(Printable.oneLine(account.old().location())).append("\n  ");
        out.append(account.old().format()).append(": ");
        out.append(Figures.count(account.old().tensors().size(), "tensor")).append(", ");
        out.append(Figures.bytes(account.oldBytes())).append(", in ");
        out.append(Figures.count(account.old().files().size(), "file")).append('\n');
    }

    /** What would be changed, kept and written: every key. */
    static String planned(RewriteAccount account) {
        RewriteText text = new RewriteText(account);
        text.changes();
        text.stays();
        text.files();
        return text.out.toString();
    }

    /** The norms of what was changed, before and after, and the files. */
    static String written(RewriteAccount account, String folder, Written written) {
        RewriteText text = new RewriteText(account);
        text.norms(written.norms());
        text.stays();
        text.files(folder, written.files());
        return text.out.toString();
    }

    private void changes() {
        List<Change> changes = account.rewrite().changes();
        if (changes.isEmpty()) {
            out.append("\nNo weight would change.\n");
            return;
        }
        out.append('\n').append(Figures.count(changes.size(), "weight")).append(" would change:\n");
        Map<String, NewTensor> tensors = account.tensorsByName();
        for (Change change : changes) {
            out.append("  ")
                    .append(name(change.weight()))
                    .append(": ")
                    .append(change.what())
                    .append('\n');
            boolean pairs = change.before().size() == change.after().size();
            for (int i = 0; pairs && i < change.before().size(); i++) {
                arrow(
                        name(change.before().get(i)),
                        tensor(tensors, change.after().get(i)));
            }
            if (!pairs) {
                arrow(
                        names(change.before()),
                        change.after().stream().map(key -> tensor(tensors, key)).collect(Collectors.joining(", ")));
            }
        }
    }

    private void arrow(String from, String to) {
        out.append("    ").append(from).append(" -> ").append(to).append('\n');
    }

    private static String tensor(Map<String, NewTensor> tensors, String key) {
        NewTensor tensor = tensors.get(key);
        return name(key) + (tensor == null ? "" : " " + tensor.dtype() + " " + tensor.shape());
    }

    private static String names(List<String> keys) {
        return keys.stream().map(RewriteText::name).collect(Collectors.joining(", "));
    }

    private static String name(String key) {
        return Shortened.name(key, 200);
    }

    private void stays() {
        Reasons reasons = new Reasons();
        account.rewrite().left().forEach(left -> reasons.add(left.reason(), left.weight()));
        if (!reasons.isEmpty()) {
            out.append("\nLeft as they are:\n").append(reasons);
        }
        long copied = account.copied();
        if (copied > 0) {
            out.append('\n').append(Figures.count(copied, "tensor"));
            out.append(copied == 1 ? " is" : " are").append(" copied.\n");
        }
    }

    private void files() {
        List<Shard> shards = account.plan().shards();
        out.append('\n')
                .append(Figures.count(account.plan().files().size(), "file"))
                .append(" would be written:\n");
        Columns table = new Columns("lrr");
        for (Shard shard : shards) {
            table.line(shard.name(), Figures.count(shard.tensors().size(), "tensor"), Figures.bytes(shard.bytes()));
        }
        out.append(table);
        if (account.plan().isIndexed()) {
            out.append("  ").append(ShardPlan.INDEX).append('\n');
        }
        beside();
    }

    /** What becomes of files beside the weights, and of words that files say about themselves. */
    private void beside() {
        List<String> copied =
                account.plan().beside().stream().map(SideFile::name).toList();
        line("Copied from beside the weights", copied);
        line("Not copied, for they are no part of the model", account.notCopied());
        line("Metadata that the old files contradict each other in is left out", account.lostMetadata());
    }

    private void line(String what, List<String> names) {
        if (!names.isEmpty()) {
            String others = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
            out.append('\n').append(what).append(": ");
            out.append(names.stream().limit(SHOWN).map(RewriteText::name).collect(Collectors.joining(", ")));
            out.append(others).append(".\n");
        }
    }

    private void norms(Comparison comparison) {
        List<Comparison.Row> kept = comparison.rows().stream()
                .filter(row -> row.verdict() == Verdict.KEPT)
                .toList();
        int changes = account.rewrite().changes().size();
        out.append('\n')
                .append(
                        changes == 0
                                ? "No weight is"
                                : Figures.count(changes, "weight") + (changes == 1 ? " is" : " are"));
        out.append(" changed");
        out.append(kept.isEmpty() ? ".\n" : "; spectral norms before and after, each between two bounds:\n\n");
        if (!kept.isEmpty()) {
            table(kept);
            meaning(comparison, kept);
        }
        Reasons reasons = new Reasons();
        comparison.rows().stream()
                .filter(row -> row.verdict() == Verdict.UNKNOWN)
                .forEach(row ->
                        reasons.add(String.valueOf(row.reason()), row.change().weight()));
        if (!reasons.isEmpty()) {
            out.append("\nNothing to compare:\n").append(reasons);
        }
    }

    private void table(List<Comparison.Row> rows) {
        Columns table = new Columns("rrrrrll");
        table.line("before", "", "after", "", "rounding", "what", "weight");
        for (Comparison.Row row : rows.subList(0, Math.min(SHOWN, rows.size()))) {
            Interval before = row.sigmaBefore();
            Interval after = row.sigmaAfter();
            if (before != null && after != null) {
                table.line(
                        lower(before, row.derived() == Derived.BEFORE),
                        upper(before),
                        lower(after, row.derived() == Derived.AFTER),
                        upper(after),
                        row.rounding() == 0 ? "0" : Figures.near(row.rounding()),
                        row.change().what(),
                        Shortened.name(row.change().weight(), LONGEST_NAME));
            }
        }
        out.append(table);
        if (rows.size() > SHOWN) {
            out.append("  and ").append(rows.size() - SHOWN).append(" more, which --json lists\n");
        }
    }

    private void meaning(Comparison comparison, List<Comparison.Row> rows) {
        boolean same = rows.stream().anyMatch(row -> row.change().promise() instanceof Promise.Same);
        boolean derived = rows.stream().anyMatch(row -> row.derived() != Derived.NEITHER);
        out.append(
                derived
                        ? "* follows from the other norm: every entry was compared, what rounding did to them is allowed for.\n"
                        : "");
        boolean capped = rows.stream().anyMatch(row -> row.change().promise() instanceof Promise.AtMost);
        out.append(same ? "\nNo norm has changed by more than rounding to the stored type can do.\n" : "");
        boolean divided = rows.stream().anyMatch(row -> row.change().promise() instanceof Promise.Divided);
        out.append(
                divided
                        ? "\nTorch divides by an estimate from below, so that no norm is less than 1, but for rounding of u and v.\n"
                        : "");
        out.append(capped ? "\nEvery norm is below its cap, but for the tolerance and rounding.\n" : "");
        double chance = comparison.failureProbability();
        if (chance > 0) {
            out.append("The chance that any of these upper bounds is too small is below ");
            out.append(Figures.chance(chance));
            out.append(" (seed ").append(account.numbers().seed()).append(").\n");
        }
    }

    /** A norm that wasn't audited has a mark. */
    private static String lower(Interval sigma, boolean derived) {
        return (derived ? "*" : "") + Figures.down(sigma.lower().value());
    }

    private static String upper(Interval sigma) {
        return sigma.upper().map(bound -> Figures.up(bound.value())).orElse("unknown");
    }

    private void files(String folder, List<WrittenFile> files) {
        long bytes = files.stream().mapToLong(WrittenFile::bytes).sum();
        out.append("\nWritten to ").append(Printable.oneLine(folder)).append(", ");
        out.append(Figures.bytes(bytes)).append(":\n");
        Columns table = new Columns("lr");
        files.stream().limit(SHOWN).forEach(file -> table.line(file.name(), Figures.bytes(file.bytes())));
        out.append(table);
        if (files.size() > SHOWN) {
            out.append("  and ").append(files.size() - SHOWN).append(" more\n");
        }
        beside();
    }
}
