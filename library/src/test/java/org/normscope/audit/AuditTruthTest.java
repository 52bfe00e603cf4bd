package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Forecasts;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.tensor.Layout;
import org.normscope.testing.Suite;

/** Real checkpoints against the truth that came with them. */
class AuditTruthTest {
    @ParameterizedTest(name = "{1} by {2}")
    @CsvSource({
        "checkpoints, analog_svd_rank4.safetensors, AUTO, 384",
        "checkpoints, analog_svd_rank4.safetensors, KRYLOV, 384",
        "checkpoints, burn_mnist.safetensors, AUTO, 5",
        "checkpoints, burn_mnist.safetensors, KRYLOV, 5",
        "checkpoints, silero_vad_16k.safetensors, AUTO, 8",
        "checkpoints, silero_vad_16k.safetensors, KRYLOV, 8",
        "checkpoints, burn_complex_structure.pt, AUTO, 3",
        "checkpoints, burn_mnist.pt, AUTO, 5",
        "checkpoints, cgcnn_formation_energy.pth.tar, AUTO, 7",
        "checkpoints, deepsdf_weights.pt, AUTO, 2",
        "checkpoints, derived_spectral_norm_hooks.pt, AUTO, 0",
        "checkpoints, derived_weight_norm_dims.pt, AUTO, 0",
        "checkpoints, facenet_pnet.pt, AUTO, 5",
        "checkpoints, facenet_rnet.pt, AUTO, 6",
        "checkpoints, logreg_10.ckpt, AUTO, 1",
        "checkpoints, logreg_500.ckpt, AUTO, 1",
        "checkpoints, lpips_v0.1_vgg.pth, AUTO, 5",
        "checkpoints, phlippe_autoencoder_cifar10_64.ckpt, AUTO, 12",
        "checkpoints, phlippe_nodelevel_gnn.ckpt, AUTO, 2",
        "checkpoints, phlippe_reverse_transformer.ckpt, AUTO, 7",
        "checkpoints, resnet20-12fca82f.th, AUTO, 20",
        "checkpoints, sb3_imitation_cartpole_model.zip, AUTO, 6",
        "checkpoints, silero_vad.jit, AUTO, 16",
        "checkpoints, spectral_NOR_MLP_B.pth, AUTO, 3",
        "modern, modern.pt, AUTO, 6",
        "modern, spectral_norm.pt, AUTO, 0",
        "modern, weight_norm.pt, AUTO, 0",
        "checkpoints, g2p_checkpoint20.npz, AUTO, 7",
        "checkpoints, silero_f16.gguf, AUTO, 8",
        "checkpoints, basic_pitch_nmp.onnx, AUTO, 10",
        "checkpoints, tribuo_tinybert.onnx, AUTO, 10",
        "modern, fp8_plain.safetensors, AUTO, 3",
        "modern, fp8_plain.safetensors, KRYLOV, 3",
        "modern, dcp_plain, AUTO, 3",
        "modern, dcp_sharded, AUTO, 4",
        "modern, dcp_sharded, KRYLOV, 4",
        "modern, hf_sharded, AUTO, 9",
        "modern, hf_sharded, KRYLOV, 9"
    })
    void everyWeightAgreesWithItsTruth(String folder, String name, MethodChoice method, int weights) throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path home = Suite.corpusFolder().resolve(folder);
        LocalAudit audit = LocalAudit.of(home.resolve(name).toString());
        for (double tolerance : new double[] {1e-3, 1e-6}) {
            Truths truths = new Truths();
            truths.judge(audit.run(LocalAudit.by(method, tolerance)), home.resolve("truth/" + name + ".json"));
            assertThat(truths.judged()).isEqualTo(weights);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "checkpoints, analog_svd_rank4.safetensors",
        "checkpoints, burn_mnist.safetensors",
        "checkpoints, silero_vad_16k.safetensors",
        "modern, dcp_sharded",
        "modern, hf_sharded"
    })
    void rigorousNormsInTinyBlocksAgreeToo(String folder, String name) throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path home = Suite.corpusFolder().resolve(folder);
        Precision precision = new Precision(1e-6, 1e-12, Precision.Certify.RIGOROUS, MethodChoice.AUTO, null);
        AuditSettings settings = new AuditSettings(precision, Selection.ALL, 100_000, 1, 5L);
        AuditReport report = LocalAudit.of(home.resolve(name).toString()).run(settings);
        new Truths().judge(report, home.resolve("truth/" + name + ".json"));
        assertThat(report.failureProbability()).isZero();
    }

    @Test
    void chunksOfADistributedCheckpointFeedStripes() throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path home = Suite.corpusFolder().resolve("modern");
        Precision precision = new Precision(1e-6, 1e-12, Precision.Certify.PROBABILISTIC, MethodChoice.KRYLOV, null);
        AuditSettings settings = new AuditSettings(precision, Selection.ALL, 4096, 1, 5L);
        LocalAudit audit = LocalAudit.of(home.resolve("dcp_sharded").toString());
        assertThat(Forecasts.of(audit.plan(settings)).each())
                .anyMatch(forecast ->
                        forecast.isStriped() && forecast.task().tensor().layout() instanceof Layout.Boxes);
        new Truths().judge(audit.run(settings), home.resolve("truth/dcp_sharded.json"));
    }
}
