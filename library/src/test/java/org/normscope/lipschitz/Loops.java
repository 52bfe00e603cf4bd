package org.normscope.lipschitz;

import java.util.function.DoubleUnaryOperator;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Layer.Attention.Scores;

/** Layers as plain loops over tokens. */
final class Loops {
    private Loops() {}

    /** {@code W x + b} for each token. */
    static TwinNetwork.Function linear(Matrix w, double[] bias) {
        return inputs -> {
            double[] x = inputs[0];
            int tokens = x.length / w.cols();
            double[] y = new double[tokens * w.rows()];
            for (int t = 0; t < tokens; t++) {
                for (int i = 0; i < w.rows(); i++) {
                    double sum = bias[i];
                    for (int j = 0; j < w.cols(); j++) {
                        sum += w.get(i, j) * x[t * w.cols() + j];
                    }
                    y[t * w.rows() + i] = sum;
                }
            }
            return y;
        };
    }

    static TwinNetwork.Function each(DoubleUnaryOperator f) {
        return inputs -> {
            double[] y = inputs[0].clone();
            for (int i = 0; i < y.length; i++) {
                y[i] = f.applyAsDouble(y[i]);
            }
            return y;
        };
    }

    /** LayerNorm (center 1) or RMSNorm (center 0) of each token. */
    static TwinNetwork.Function norm(double center, double[] scale, double[] bias, double epsilon) {
        return inputs -> {
            int width = scale.length;
            double[] y = inputs[0].clone();
            for (int t = 0; t < y.length / width; t++) {
                double mean = 0;
                double squares = 0;
                for (int i = 0; i < width; i++) {
                    mean += center * y[t * width + i] / width;
                }
                for (int i = 0; i < width; i++) {
                    y[t * width + i] -= mean;
                    squares += y[t * width + i] * y[t * width + i] / width;
                }
                for (int i = 0; i < width; i++) {
                    y[t * width + i] = y[t * width + i] / Math.sqrt(squares + epsilon) * scale[i] + bias[i];
                }
            }
            return y;
        };
    }

    /** Each entry times the entry of the other input. */
    static double[] product(double[]... inputs) {
        double[] y = inputs[0].clone();
        for (int i = 0; i < y.length; i++) {
            y[i] *= inputs[1][i];
        }
        return y;
    }

    /** Which tokens a token attends to. */
    interface Mask {
        boolean allows(int from, int to);
    }

    /** Softmax attention of one head: weights from queries and keys, mean of values. */
    static double[] attend(double[] q, double[] k, double[] v, int tokens, double factor, Mask mask) {
        int width = q.length / tokens;
        int out = v.length / tokens;
        double[] y = new double[v.length];
        for (int i = 0; i < tokens; i++) {
            double[] weights = new double[tokens];
            double total = 0;
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < tokens; j++) {
                double score = 0;
                for (int c = 0; c < width; c++) {
                    score += factor * q[i * width + c] * k[j * width + c];
                }
                weights[j] = mask.allows(i, j) ? score : Double.NEGATIVE_INFINITY;
                largest = Math.max(largest, weights[j]);
            }
            for (int j = 0; j < tokens; j++) {
                weights[j] = Math.exp(weights[j] - largest);
                total += weights[j];
            }
            for (int j = 0; j < tokens; j++) {
                for (int c = 0; c < out; c++) {
                    y[i * out + c] += weights[j] / total * v[j * out + c];
                }
            }
        }
        return y;
    }

    /** Rotates pairs (c, c + width/2) of each token by its position. */
    static double[] rotated(double[] x, int tokens, Scores.Positions positions) {
        if (positions == Scores.Positions.ELSEWHERE) {
            return x;
        }
        int width = x.length / tokens;
        double[] y = x.clone();
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < width / 2; c++) {
                double angle = t * Math.pow(10, -c);
                double a = x[t * width + c];
                double b = x[t * width + c + width / 2];
                y[t * width + c] = a * Math.cos(angle) - b * Math.sin(angle);
                y[t * width + c + width / 2] = a * Math.sin(angle) + b * Math.cos(angle);
            }
        }
        return y;
    }
}
