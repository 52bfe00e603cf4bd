package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.kernel.Kernels;
import org.normscope.lipschitz.Sampler;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/**
 * A described convolutional network in plain loops, never steeper than its bound: padding by reflection, a strided, dilated and grouped convolution, a transposed one
 * under spectral norm, batch norms folded into both, of random sizes.
 */
class DescribedJacobianTest {
    private static final int LENGTH = 11;
    private static final double EPSILON = 1e-5;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final int groups = 1 + random.nextInt(2);
    private final int inputs = 2 * groups;
    private final int middle = 2 * groups;
    private final int outputs = 3;
    private final int taps = 2 + random.nextInt(2);
    private final int stride = 1 + random.nextInt(3);
    private final int dilation = 1 + random.nextInt(2);
    private final int upTaps = 2 + random.nextInt(3);
    private final int upStride = 1 + random.nextInt(3);
    private final int pad = 1 + random.nextInt(2);
    private final float[] first = gaussian(middle * 2 * taps);
    private final float[] second = gaussian(middle * outputs * upTaps);
    private final float[] u = gaussian(outputs);
    private final float[] v = gaussian(middle * upTaps);
    private final Norm norm1 = new Norm(middle);
    private final Norm norm2 = new Norm(outputs);

    private float[] gaussian(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A batch norm's tensors. */
    private final class Norm {
        final float[] scale;
        final float[] shift;
        final float[] mean;
        final float[] variance;

        Norm(int channels) {
            scale = gaussian(channels);
            shift = gaussian(channels);
            mean = gaussian(channels);
            variance = gaussian(channels);
            for (int i = 0; i < channels; i++) {
                variance[i] *= variance[i];
            }
        }

        double apply(int channel, double x) {
            return scale[channel] * (x - mean[channel]) / Math.sqrt(variance[channel] + EPSILON) + shift[channel];
        }

        void into(WrittenCheckpoint checkpoint, String name) {
            Shape shape = Shape.of(scale.length);
            checkpoint
                    .with(name + ".weight", DType.F32, shape, doubles(scale))
                    .with(name + ".bias", DType.F32, shape, doubles(shift))
                    .with(name + ".running_mean", DType.F32, shape, doubles(mean))
                    .with(name + ".running_var", DType.F32, shape, doubles(variance));
        }
    }

    private static double[] doubles(float[] values) {
        double[] all = new double[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        return all;
    }

    /** x: channels, then positions. */
    private double[] apply(double[] x) {
        int padded = LENGTH + 2 * pad;
        int length = (padded - dilation * (taps - 1) - 1) / stride + 1;
        double[] hidden = new double[middle * length];
        for (int out = 0; out < middle; out++) {
            int group = out / (middle / groups);
            for (int t = 0; t < length; t++) {
                double sum = 0;
                for (int in = 0; in < 2; in++) {
                    for (int i = 0; i < taps; i++) {
                        int at = reflected(stride * t + dilation * i - pad);
                        sum += first[(out * 2 + in) * taps + i] * x[(group * 2 + in) * LENGTH + at];
                    }
                }
                hidden[out * length + t] = Math.max(0, norm1.apply(out, sum));
            }
        }
        return up(hidden, length);
    }

    private static int reflected(int at) {
        int inside = Math.abs(at);
        return inside < LENGTH ? inside : 2 * (LENGTH - 1) - inside;
    }

    private double[] up(double[] hidden, int length) {
        double divisor = 0;
        for (int out = 0; out < outputs; out++) {
            for (int in = 0; in < middle; in++) {
                for (int i = 0; i < upTaps; i++) {
                    divisor += u[out] * v[in * upTaps + i] * second[(in * outputs + out) * upTaps + i];
                }
            }
        }
        int longer = (length - 1) * upStride + upTaps;
        double[] y = new double[outputs * longer];
        for (int in = 0; in < middle; in++) {
            for (int out = 0; out < outputs; out++) {
                for (int t = 0; t < length; t++) {
                    for (int i = 0; i < upTaps; i++) {
                        y[out * longer + upStride * t + i] +=
                                second[(in * outputs + out) * upTaps + i] / divisor * hidden[in * length + t];
                    }
                }
            }
        }
        for (int i = 0; i < y.length; i++) {
            double normed = norm2.apply(i / longer, y[i]);
            y[i] = normed > 0 ? normed : 0.2 * normed;
        }
        return y;
    }

    private ModelBound bound() throws Exception {
        WrittenCheckpoint written = new WrittenCheckpoint()
                .with("c.weight", DType.F32, Shape.of(middle, 2, taps), doubles(first))
                .with("d.weight_orig", DType.F32, Shape.of(middle, outputs, upTaps), doubles(second))
                .with("d.weight_u", DType.F32, Shape.of(outputs), doubles(u))
                .with("d.weight_v", DType.F32, Shape.of(middle * upTaps), doubles(v));
        norm1.into(written, "n");
        norm2.into(written, "m");
        String text = String.format(
                Locale.ROOT,
                "{'layers': [{'pad': 'reflect', 'amount': %d},"
                        + " {'conv': 'c.weight', 'stride': %d, 'dilation': %d, 'groups': %d, 'padding': 0}, {'batch_norm': 'n'}, 'relu',"
                        + " {'conv_transpose': 'd.weight', 'stride': %d, 'groups': 1}, {'batch_norm': 'm'}, {'leaky_relu': 0.2}]}",
                pad,
                stride,
                dilation,
                groups,
                upStride);
        MemoryStorage storage =
                written.storage().with("n.json", text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        NetworkDescription description = NetworkDescription.read(storage, "n.json");
        Checkpoint checkpoint = Checkpoints.open(storage, WrittenCheckpoint.LOCATION);
        AuditPlan.Request request = AuditPlan.Request.REPORT_ONLY.using(KernelWords.of(description, checkpoint));
        AuditPlan plan = Audit.plan(checkpoint, AuditSettings.DEFAULT.withSeed(1), request);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return NetworkAudit.of(description, plan, report, storage);
    }

    @RepeatedTest(6)
    void noSecantIsSteeperThanTheBound() throws Exception {
        ModelBound model = bound();
        assertThat(model.limit().reason()).isNull();
        WideBound upper = model.limit().upper();
        double bound = upper == null ? 0 : upper.narrow().orElseThrow().value();
        double steepest = new Sampler(this::apply, x -> x, 1, random).steepest(inputs * LENGTH, 2);
        assertThat(steepest).as("seed %d", seed).isBetween(0.01 * bound, bound);
        assertThat(model.parts().layers()).anyMatch(layer -> layer.layer().equals("1 with batch_norm 2"));
        assertThat(model.parts().layers()).anyMatch(layer -> layer.layer().equals("4 with batch_norm 5"));
    }
}
