package org.normscope.job.cli;

import java.util.EnumMap;
import java.util.Map;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.Decomposition;
import picocli.CommandLine.Command;

/** {@code normscope decompose}. */
@Command(
        name = "decompose",
        header = "Puts plain weights under weight norm: magnitudes g and directions v.",
        customSynopsis =
                "normscope decompose CHECKPOINT --out DIR [--dim D] [--layout legacy|parametrized] [OPTION...]",
        description = {
            "Takes weights apart as torch's weight_norm does when it is applied to a layer: v is the weight, byte for byte, and g the"
                    + " Euclidean norm of every slice of it along --dim, summed in double and rounded once to the weight's type."
                    + " fuse gives the weights back.",
            "",
            "A weight that has no such dimension, or is parametrized already, stays, and the reason is told. All other tensors are"
                    + " copied.",
            "",
            WriteCommand.VERIFIED
        },
        footer = {
            "normscope decompose model.safetensors --out decomposed --dry-run",
            "normscope decompose model.safetensors --include '*.conv.weight' --dim 0 --out decomposed",
            "normscope decompose model.safetensors --layout parametrized --dim -1 --out decomposed"
        })
final class DecomposeCommand extends WriteCommand {
    static final Map<Setting, String> SETTINGS = settings();

    private static Map<Setting, String> settings() {
        Map<Setting, String> settings = new EnumMap<>(WriteCommand.SETTINGS);
        settings.put(
                Setting.DIM,
                "The dimension that keeps its own norms, as torch's weight_norm counts: negative ones from the end, but -1 stands for"
                        + " one norm of the whole tensor. Default: 0.");
        settings.put(
                Setting.LAYOUT, "The layout of the new keys. Legacy ones are read by every torch. Default: legacy.");
        return settings;
    }

    @Override
    RewriteRun.Plan plan(Settings settings) throws UsageException {
        WeightNormalization torch = WeightNormalization.of(settings.layout().orElse(KeyLayout.LEGACY))
                .withDim(settings.dim().orElse(0));
        return RewriteRun.Plan.ofHeaders(checkpoint -> Decomposition.of(checkpoint, torch, settings.selection()));
    }
}
