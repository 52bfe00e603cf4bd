package org.normscope.job.cli;

import java.util.Map;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.rewrite.Fusion;
import picocli.CommandLine.Command;

/** {@code normscope fuse}. */
@Command(
        name = "fuse",
        header = "Writes weights under weight norm and spectral norm as plain weights.",
        customSynopsis = "normscope fuse CHECKPOINT --out DIR [OPTION...]",
        description = {
            "A layer under weight norm applies g v / ||v||, one under spectral norm weight_orig / (u . (weight_orig v)). This computes"
                    + " what the layers apply, in either key layout, and stores it under the plain weight's name, without the parts:"
                    + " in double, in a fixed order, rounded once to the type that is stored. The numbers are the same on every"
                    + " machine. A slice of zeros stays zeros, where torch gives NaN.",
            "",
            "A weight that can't be computed from what is stored stays, and the reason is told. All other tensors are copied.",
            "",
            WriteCommand.VERIFIED
        },
        footer = {
            "normscope fuse vocoder.pt --out vocoder-plain --dry-run",
            "normscope fuse vocoder.pt --out vocoder-plain",
            "normscope fuse models/gan --include 'generator.*' --out models/generator-plain --max-shard-size 2GB"
        })
final class FuseCommand extends WriteCommand {
    static final Map<Setting, String> SETTINGS = WriteCommand.SETTINGS;

    @Override
    RewriteRun.Plan plan(Settings settings) {
        return RewriteRun.Plan.ofHeaders(checkpoint -> Fusion.of(checkpoint, settings.selection()));
    }
}
