package org.normscope.lipschitz;

import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Looks for the steepest secant of a function: {@code ‖f(x) - f(y)‖ / ‖x - y‖}, which a Lipschitz constant is never below. First random pairs,
 * far and near; then from the best points uphill, along the direction in which the Jacobian (by differences) stretches most.
 */
public final class Sampler {
    private static final int SAMPLES = 1000;
    private static final int CLIMBS = 8;
    private static final int STEPS = 12;

    private final UnaryOperator<double[]> function;
    private final UnaryOperator<double[]> domain;
    private final int tokens;
    private final Random random;

    /**
     * @param domain moves a point into the set on which the bound is to hold
     * @param tokens into which inputs and outputs fall, of equal length each; 1 for the norm of all entries
     */
    public Sampler(UnaryOperator<double[]> function, UnaryOperator<double[]> domain, int tokens, Random random) {
        this.function = function;
        this.domain = domain;
        this.tokens = tokens;
        this.random = random;
    }

    /** The steepest secant found. */
    public double steepest(int inputs, double scale) {
        double[][] best = new double[CLIMBS][];
        double[] slopes = new double[CLIMBS];
        double steepest = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double[] x = domain.apply(gaussian(inputs, scale * Math.pow(10, -4 * random.nextDouble() * (i % 2))));
            double[] y = domain.apply(moved(x, gaussian(inputs, 1), scale * Math.pow(10, -6 * random.nextDouble())));
            double slope = secant(x, y);
            steepest = Math.max(steepest, slope);
            int place = i % CLIMBS;
            if (best[place] == null || slope > slopes[place]) {
                best[place] = x;
                slopes[place] = slope;
            }
        }
        for (double[] start : best) {
            steepest = Math.max(steepest, climb(start, scale));
        }
        return steepest;
    }

    private double climb(double[] start, double scale) {
        double[] x = start;
        double best = 0;
        for (int step = 0; step < STEPS; step++) {
            double reach = step == 0 ? 0 : scale * Math.pow(10, -3 * random.nextDouble());
            double[] candidate = domain.apply(moved(x, gaussian(x.length, 1), reach));
            double slope = slopeAt(candidate, scale);
            if (slope >= best) {
                best = slope;
                x = candidate;
            }
        }
        return best;
    }

    /** The steepest secant through a point, in the direction that its Jacobian stretches most. */
    public double slopeAt(double[] x, double scale) {
        double h = scale * 1e-6;
        double[][] jacobian = new double[x.length][];
        for (int j = 0; j < x.length; j++) {
            double[] unit = new double[x.length];
            unit[j] = 1;
            double[] right = function.apply(moved(x, unit, h));
            double[] left = function.apply(moved(x, unit, -h));
            jacobian[j] = new double[right.length];
            for (int i = 0; i < right.length; i++) {
                jacobian[j][i] = (right[i] - left[i]) / (2 * h);
            }
        }
        double best = 0;
        for (int token = 0; token < tokens; token++) {
            double[] direction = stretched(jacobian, token);
            double[] left = domain.apply(moved(x, direction, -h));
            double[] right = domain.apply(moved(x, direction, h));
            best = Math.max(best, secant(left, right));
        }
        return best;
    }

    /** The direction, every token of length 1, that moves one token of the output most: alternating maximization. */
    private double[] stretched(double[][] jacobian, int token) {
        double[] v = unitTokens(gaussian(jacobian.length, 1));
        int outputs = jacobian[0].length;
        int from = token * outputs / tokens;
        int to = (token + 1) * outputs / tokens;
        for (int step = 0; step < 12; step++) {
            double[] image = new double[outputs];
            for (int j = 0; j < v.length; j++) {
                for (int i = from; i < to; i++) {
                    image[i] += jacobian[j][i] * v[j];
                }
            }
            for (int j = 0; j < v.length; j++) {
                v[j] = 0;
                for (int i = from; i < to; i++) {
                    v[j] += jacobian[j][i] * image[i];
                }
            }
            v = unitTokens(v);
        }
        return v;
    }

    private double[] unitTokens(double[] v) {
        double[] unit = v.clone();
        int width = v.length / tokens;
        for (int t = 0; t < tokens; t++) {
            double length = length(v, t * width, (t + 1) * width);
            for (int i = t * width; i < (t + 1) * width; i++) {
                unit[i] = length == 0 ? 0 : v[i] / length;
            }
        }
        return unit;
    }

    /** The quotient of distances; what rounding does to the numerator is taken off. */
    private double secant(double[] x, double[] y) {
        double[] fx = function.apply(x);
        double[] fy = function.apply(y);
        double distance = distance(x, y);
        double rounding = 1e-13 * (distance(fx, new double[fx.length]) + 1);
        return distance == 0 ? 0 : Math.max(0, distance(fx, fy) - rounding) / distance;
    }

    /** The largest distance of a token. */
    private double distance(double[] a, double[] b) {
        double[] difference = moved(a, b, -1);
        int width = a.length / tokens;
        double largest = 0;
        for (int t = 0; t < tokens; t++) {
            largest = Math.max(largest, length(difference, t * width, (t + 1) * width));
        }
        return largest;
    }

    private static double length(double[] vector, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += vector[i] * vector[i];
        }
        return Math.sqrt(sum);
    }

    private double[] gaussian(int count, double scale) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = scale * random.nextGaussian();
        }
        return values;
    }

    private static double[] moved(double[] x, double[] direction, double by) {
        double[] moved = x.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += by * direction[i];
        }
        return moved;
    }
}
