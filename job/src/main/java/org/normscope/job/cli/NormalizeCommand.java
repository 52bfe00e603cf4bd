package org.normscope.job.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.SpectralNormalization;
import org.normscope.rewrite.Normalization;
import org.normscope.rewrite.SpectralRegistration;
import picocli.CommandLine.Command;

/** {@code normscope normalize}. */
@Command(
        name = "normalize",
        header = "Divides weights by their spectral norm, or scales them to a cap.",
        customSynopsis = {
            "normscope normalize CHECKPOINT --out DIR [--max-sigma X] [OPTION...]",
            "normscope normalize CHECKPOINT --out DIR --n-power-iterations N [--eps E] [--dim D] [--layout L] [OPTION...]"
        },
        description = {
            "Audits the weights and divides each by the certified upper bound of its spectral norm, so that the new norm is at most 1."
                    + " With --max-sigma X only weights whose upper bound exceeds X are scaled, to X. Of a weight under weight norm, g is"
                    + " scaled. Nothing is stored beside the weights.",
            "",
            "With any of --n-power-iterations, --eps, --dim and --layout, puts weights under torch's spectral_norm instead: the original"
                    + " stays, byte for byte, and u and v are stored as torch has them after so many power iterations from a random start."
                    + " What a layer applies then is as large as 1 or larger, for torch divides by an estimate from below.",
            "",
            "A weight that this can't be done with stays, and the reason is told. A dry run audits, too, to know the factors. The files"
                    + " are the same for the same --seed.",
            "",
            WriteCommand.VERIFIED
        },
        footer = {
            "normscope normalize model.safetensors --max-sigma 1 --out capped --dry-run",
            "normscope normalize models/llama --max-sigma 10 --exclude '*embed*' --tolerance 1e-4 --out models/llama-capped",
            "normscope normalize critic.pt --n-power-iterations 5 --layout parametrized --seed 7 --out critic-sn"
        })
final class NormalizeCommand extends WriteCommand {
    static final Map<Setting, String> SETTINGS = settings();

    private static final List<Setting> TORCH =
            List.of(Setting.N_POWER_ITERATIONS, Setting.EPS, Setting.DIM, Setting.LAYOUT);

    private static Map<Setting, String> settings() {
        Map<Setting, String> settings = new EnumMap<>(WriteCommand.SETTINGS);
        settings.put(Setting.MAX_SIGMA, Setting.MAX_SIGMA.sentence());
        settings.put(Setting.N_POWER_ITERATIONS, Setting.N_POWER_ITERATIONS.sentence() + " Default: 1.");
        settings.put(Setting.EPS, Setting.EPS.sentence() + " Default: 1e-12.");
        settings.put(
                Setting.DIM, "The dimension that becomes rows, 1 for transposed convolutions as in torch. Default: 0.");
        settings.put(Setting.LAYOUT, "The layout of the keys of torch's spectral norm. Default: legacy.");
        settings.put(
                Setting.SEED,
                "Start of all random streams, 0 to 2^53 - 1: of the audits, and of u and v; without it a fresh one is drawn.");
        return settings;
    }

    @Override
    RewriteRun.Plan plan(Settings settings) throws UsageException {
        boolean torch =
                TORCH.stream().anyMatch(setting -> settings.text(setting).isPresent());
        Optional<Double> cap = settings.maxSigma();
        if (torch && cap.isPresent()) {
            throw new UsageException("--max-sigma scales weights and stores no u and v: leave it out, or leave out"
                    + " --n-power-iterations, --eps, --dim and --layout");
        }
        if (torch) {
            SpectralNormalization function = function(settings);
            return (checkpoint, audit) -> new RewriteRun.Planned(
                    SpectralRegistration.of(checkpoint, function, audit.seed(), settings.selection()), null);
        }
        return (checkpoint, audit) -> RewriteRun.Planned.of(
                audit.report(),
                report -> cap.isPresent() ? Normalization.capped(report, cap.get()) : Normalization.toOne(report));
    }

    private static SpectralNormalization function(Settings settings) throws UsageException {
        try {
            return SpectralNormalization.of(settings.layout().orElse(KeyLayout.LEGACY))
                    .withPowerIterations(settings.powerIterations().orElse(1))
                    .withEps(settings.eps().orElse(1e-12))
                    .withDim(settings.dim().orElse(0));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
