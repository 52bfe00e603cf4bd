package org.normscope.job.cli;

import java.util.EnumMap;
import java.util.Map;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.parity.KeyLayout;
import org.normscope.rewrite.Migration;
import picocli.CommandLine.Command;

/** {@code normscope migrate}. */
@Command(
        name = "migrate",
        header = "Renames the keys of weight norm and spectral norm to torch's other layout.",
        customSynopsis = "normscope migrate CHECKPOINT --layout legacy|parametrized --out DIR [OPTION...]",
        description = {
            "Torch has two implementations of weight norm and of spectral norm, and their checkpoints differ in their keys: legacy ones"
                    + " hold weight_g and weight_v, or weight_orig, weight_u and weight_v; those of torch.nn.utils.parametrizations hold"
                    + " parametrizations.weight.original0 and original1, or original, 0._u and 0._v. This writes a checkpoint with all of"
                    + " them in one layout. No number changes: tensors keep their bytes, their types and their order.",
            "",
            "A weight that torch wouldn't take for the same under its new keys keeps the old ones, and the reason is told. All other"
                    + " tensors are copied. The old checkpoint may have any format that is read; the new one is safetensors, with shards"
                    + " as Hugging Face has them.",
            "",
            WriteCommand.VERIFIED
        },
        footer = {
            "normscope migrate vocoder.pt --layout parametrized --out vocoder --dry-run",
            "normscope migrate vocoder.pt --layout parametrized --out vocoder",
            "normscope migrate models/gan --layout legacy --exclude 'critic.*' --out models/gan-legacy --max-shard-size 2GB",
            "normscope migrate hdfs://nn/gan --layout legacy --out hdfs://nn/gan-legacy --master spark://host:7077"
        })
final class MigrateCommand extends WriteCommand {
    static final Map<Setting, String> SETTINGS = settings();

    private static Map<Setting, String> settings() {
        Map<Setting, String> settings = new EnumMap<>(WriteCommand.SETTINGS);
        settings.put(
                Setting.LAYOUT,
                "The layout of the new keys: those of torch.nn.utils.weight_norm and spectral_norm, or those of"
                        + " torch.nn.utils.parametrizations. Must be given.");
        return settings;
    }

    @Override
    RewriteRun.Plan plan(Settings settings) throws UsageException {
        KeyLayout layout = settings.layout()
                .orElseThrow(() -> new UsageException(
                        "--layout is missing: legacy or parametrized, the layout that the new keys shall have"));
        return RewriteRun.Plan.ofHeaders(checkpoint -> Migration.of(checkpoint, layout, settings.selection()));
    }
}
