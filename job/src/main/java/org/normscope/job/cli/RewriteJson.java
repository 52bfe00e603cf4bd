package org.normscope.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.report.JsonOut;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.rewrite.WrittenFile;
import org.normscope.rewrite.verify.Comparison;
import org.normscope.rewrite.verify.Comparison.Derived;
import org.normscope.rewrite.verify.VerifiedRewrite.Written;

/**
 * A rewrite for scripts.
 *
 * @param out where it was written; null if it wasn't
 * @param written what was; null if nothing was
 */
record RewriteJson(
        RewriteAccount account,
        @Nullable String out,
        @Nullable Written written) {
    void write(OutputStream stream) throws IOException {
        try (JsonOut json = JsonOut.to(stream)) {
            json.startObject();
            json.integer("schema", 1);
            json.text("checkpoint", account.old().location());
            json.text("out", out);
            json.integer("seed", account.numbers().seed());
            json.startArray("changes");
            for (Change change : account.rewrite().changes()) {
                change(json, change);
            }
            json.endArray();
            json.startArray("left");
            for (Left left : account.rewrite().left()) {
                json.startObject();
                json.text("weight", left.weight());
                json.text("reason", left.reason());
                json.endObject();
            }
            json.endArray();
            json.integer("copied", account.copied());
            norms(json);
            files(json);
            json.endObject();
        }
    }

    private static void change(JsonOut json, Change change) throws IOException {
        json.startObject();
        json.text("weight", change.weight());
        json.text("what", change.what());
        json.texts("before", change.before());
        json.texts("after", change.after());
        json.endObject();
    }

    private void norms(JsonOut json) throws IOException {
        json.startArray("norms");
        if (written != null) {
            for (Comparison.Row row : written.norms().rows()) {
                json.startObject();
                json.text("weight", row.change().weight());
                WeightRow matrix = row.after() == null ? row.before() : row.after();
                json.integer(
                        "batch_index", matrix == null ? null : matrix.weight().batchIndex());
                sigma(json, "before", row.sigmaBefore());
                sigma(json, "after", row.sigmaAfter());
                json.text(
                        "derived",
                        row.derived() == Derived.NEITHER ? null : row.derived().word());
                json.real("rounding", row.rounding());
                json.text("reason", row.reason());
                json.endObject();
            }
        }
        json.endArray();
    }

    private static void sigma(JsonOut json, String key, @Nullable Interval sigma) throws IOException {
        if (sigma == null) {
            json.nothing(key);
            return;
        }
        json.startObject(key);
        json.real("lower", sigma.lower().value());
        json.real("upper", sigma.upper().map(UpperBound::value).orElse(null));
        json.real("estimate", sigma.estimate());
        json.text("certificate", sigma.certificate().word());
        json.real("failure_probability", sigma.failureProbability());
        json.endObject();
    }

    private void files(JsonOut json) throws IOException {
        json.startArray("files");
        Map<String, Shard> shards = new HashMap<>();
        account.plan().shards().forEach(shard -> shards.put(shard.name(), shard));
        List<String> names = account.plan().files();
        for (int i = 0; i < names.size(); i++) {
            Shard shard = shards.get(names.get(i));
            WrittenFile file = written == null ? null : written.files().get(i);
            json.startObject();
            json.text("name", names.get(i));
            json.integer("tensors", shard == null ? null : shard.tensors().size());
            json.integer("tensor_bytes", shard == null ? null : shard.bytes());
            json.integer("bytes", file == null ? null : file.bytes());
            json.text("sha256", file == null ? null : file.sha256());
            json.endObject();
        }
        json.endArray();
        json.texts("not_copied", account.notCopied());
        json.texts("metadata_left_out", account.lostMetadata());
    }
}
