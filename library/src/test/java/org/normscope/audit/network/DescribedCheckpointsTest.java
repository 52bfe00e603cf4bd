package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.Suite;

/** Real checkpoints with a description each. */
class DescribedCheckpointsTest {
    private static final double COMBETTES_PESQUET = 0.9398558689943075;
    private static final double ECLIPSE_FAST = 0.9086044574508901;

    private static ModelBound bound(String file, String description) throws Exception {
        Suite.CORPUS.requireOrSkip();
        LocalStorage storage = new LocalStorage();
        String location =
                Suite.corpusFolder().resolve("checkpoints").resolve(file).toString();
        String text = Path.of(
                        DescribedCheckpointsTest.class.getResource(description).toURI())
                .toString();
        AuditSettings settings = AuditSettings.DEFAULT.withSeed(1);
        NetworkDescription network = NetworkDescription.read(storage, text);
        Checkpoint checkpoint = Checkpoints.open(storage, location);
        AuditPlan.Request request = AuditPlan.Request.REPORT_ONLY.using(KernelWords.of(network, checkpoint));
        AuditPlan plan = Audit.plan(checkpoint, settings, request);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 2, 1L << 29), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return NetworkAudit.of(network, plan, report, storage);
    }

    /** Decimal logarithms of the bounds: what they were when the rules were checked. A looser one is a loss, a tighter one a gain to be noted here. */
    @ParameterizedTest
    @CsvSource({
        "burn_mnist.safetensors, burn_mnist.json, 1, 4.8407",
        "burn_mnist.pt, burn_mnist.json, 1, 4.8306",
        "facenet_rnet.pt, facenet_rnet.json, 1, 3.7017",
        "silero_vad_16k.safetensors, silero_vad_16k.json, 3, 8.9393",
        "phlippe_reverse_transformer.ckpt, phlippe_reverse_transformer.json, 4, 11.9840",
        "resnet20-12fca82f.th, resnet20-12fca82f.json, 11, 10.3994"
    })
    void describedNetworksHaveAFiniteBound(String file, String description, int blocks, double logarithm)
            throws Exception {
        ModelBound model = bound(file, description);
        assertThat(model.limit().reason()).isNull();
        WideBound upper = model.limit().upper();
        assertThat(upper).isNotNull();
        assertThat(model.parts().blocks()).hasSize(blocks);
        assertThat(model.basis().unexplained()).isEmpty();
        assertThat(model.basis().assumptions()).hasSizeBetween(2, 5).doesNotHaveDuplicates();
        assertThat(upper == null ? 0 : upper.log10()).isCloseTo(logarithm, within(0.002));
    }

    /** Norms of the three matrices: truth/spectral_NOR_MLP_B.pth.json; the two other bounds by numpy, as in make_feed_forward.py. */
    @Test
    void theBoundOfAnMlpIsThatOfNumpy() throws Exception {
        ModelBound model = bound("spectral_NOR_MLP_B.pth", "spectral_NOR_MLP_B.json");
        ModelBound.Chain chain = model.chain();
        assertThat(chain).isNotNull();
        if (chain != null) {
            isJustAbove(chain.product(), 1.19478467990343 * 0.9535174044526841 * 0.8608211213060727);
            isJustAbove(chain.combettesPesquet(), COMBETTES_PESQUET);
            isJustAbove(chain.eclipseFast() == null ? WideBound.ZERO : chain.eclipseFast(), ECLIPSE_FAST);
        }
    }

    private static void isJustAbove(WideBound bound, double exact) {
        assertThat(bound.narrow().orElseThrow().value()).isBetween(exact * (1 - 1e-7), exact * (1 + 3e-3));
    }
}
