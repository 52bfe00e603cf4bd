package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.normscope.audit.architecture.ImageLoops.Image;
import org.normscope.audit.architecture.ImageLoops.Move;
import org.normscope.testing.WrittenCheckpoint;

/** Small networks with random weights under torchvision's names, computed by plain loops. Images have one channel. */
abstract class ImageNetwork {
    private static final Move SAME = new Move(1, 1, 1);

    final LoopTensors tensors;
    final ImageLoops loops;
    final String prefix;

    private ImageNetwork(String prefix, LoopTensors tensors) {
        this.prefix = prefix;
        this.tensors = tensors;
        this.loops = new ImageLoops(tensors);
    }

    /**
     * A network.
     *
     * @param kind such as {@code vgg_bn}
     * @param prefix of all names
     * @param sign what becomes of each Gaussian number
     */
    static ImageNetwork of(String kind, String prefix, Random random, DoubleUnaryOperator sign) {
        LoopTensors tensors = new LoopTensors(random, sign);
        return switch (kind) {
            case "resnet" -> new ResNet(prefix, tensors, 0);
            case "resnet_bottleneck" -> new ResNet(prefix, tensors, 1);
            case "resnext" -> new ResNet(prefix, tensors, 2);
            case "alexnet" -> new AlexNet(prefix, tensors);
            case "vgg", "vgg_bn" -> new Vgg(prefix, tensors, kind.endsWith("_bn"));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    WrittenCheckpoint checkpoint() {
        return tensors.checkpoint();
    }

    /** Height and width of the smallest image that leaves one position before the last matrices. */
    abstract int side();

    abstract double[] outputs(double[] image);

    Image image(double[] values) {
        return new Image(1, side(), values);
    }

    Image convBatchNorm(String conv, String batchNorm, Image in, Move move) {
        return loops.batchNorm(prefix + batchNorm, loops.conv(prefix + conv, in, move));
    }

    void makeConvBatchNorm(String conv, String batchNorm, int outputs, int inputs, int taps) {
        loops.makeKernel(prefix + conv, outputs, inputs, taps);
        loops.makeBatchNorm(prefix + batchNorm, outputs);
    }

    void makeConv(String name, int outputs, int inputs, int taps) {
        loops.makeKernel(prefix + name, outputs, inputs, taps);
        tensors.make(prefix + name + ".bias", 0.3, outputs);
    }

    Image convRelu(String name, Image in, Move move) {
        return ImageLoops.relu(loops.shifted(prefix + name + ".bias", loops.conv(prefix + name, in, move)));
    }

    /** The last matrices of AlexNet and VGG, with a ReLU between them. */
    double[] classified(Image in, int... places) {
        double[] x = in.values();
        for (int place : places) {
            x = tensors.projected(prefix + "classifier." + place, x);
            x = place == 6 ? x : Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
        }
        return x;
    }

    private static final class ResNet extends ImageNetwork {
        private static final int[] WIDTHS = {2, 2, 4, 4};
        private static final int[] DEPTHS = {2, 2, 1, 1};

        /** Of bottlenecks; 0 for basic blocks. */
        private final int groups;

        ResNet(String prefix, LoopTensors tensors, int groups) {
            super(prefix, tensors);
            this.groups = groups;
            makeConvBatchNorm("conv1", "bn1", 2, 1, 7);
            int inputs = 2;
            for (int stage = 0; stage < 4; stage++) {
                int outputs = WIDTHS[stage] * (groups == 0 ? 1 : 2);
                for (int i = 0; i < DEPTHS[stage]; i++) {
                    make("layer" + (stage + 1) + "." + i + ".", WIDTHS[stage], inputs);
                    inputs = outputs;
                }
            }
            tensors.linear(prefix + "fc", 3, inputs);
        }

        private void make(String block, int width, int inputs) {
            int outputs = groups == 0 ? width : 2 * width;
            if (groups == 0) {
                makeConvBatchNorm(block + "conv1", block + "bn1", width, inputs, 3);
                makeConvBatchNorm(block + "conv2", block + "bn2", width, width, 3);
            } else {
                makeConvBatchNorm(block + "conv1", block + "bn1", width, inputs, 1);
                makeConvBatchNorm(block + "conv2", block + "bn2", width, width / groups, 3);
                makeConvBatchNorm(block + "conv3", block + "bn3", outputs, width, 1);
            }
            if (shrinks(block) || inputs != outputs) {
                makeConvBatchNorm(block + "downsample.0", block + "downsample.1", outputs, inputs, 1);
            }
        }

        private static boolean shrinks(String block) {
            return block.contains(".0.") && !block.startsWith("layer1");
        }

        @Override
        int side() {
            return 32;
        }

        @Override
        double[] outputs(double[] image) {
            Image x = ImageLoops.relu(convBatchNorm("conv1", "bn1", image(image), new Move(2, 3, 1)));
            x = ImageLoops.maxPool(x, 3, 2, 1);
            for (int stage = 0; stage < 4; stage++) {
                for (int i = 0; i < DEPTHS[stage]; i++) {
                    x = block("layer" + (stage + 1) + "." + i + ".", x);
                }
            }
            return tensors.projected(prefix + "fc", ImageLoops.mean(x));
        }

        private Image block(String block, Image in) {
            int stride = shrinks(block) ? 2 : 1;
            Move one = new Move(1, 0, 1);
            Image x = ImageLoops.relu(
                    convBatchNorm(block + "conv1", block + "bn1", in, groups == 0 ? new Move(stride, 1, 1) : one));
            x = convBatchNorm(block + "conv2", block + "bn2", x, groups == 0 ? SAME : new Move(stride, 1, groups));
            if (groups > 0) {
                x = convBatchNorm(block + "conv3", block + "bn3", ImageLoops.relu(x), one);
            }
            boolean changes = shrinks(block) || in.channels() != x.channels();
            Image shortcut = changes
                    ? convBatchNorm(block + "downsample.0", block + "downsample.1", in, new Move(stride, 0, 1))
                    : in;
            return ImageLoops.relu(ImageLoops.sum(x, shortcut));
        }
    }

    private static final class AlexNet extends ImageNetwork {
        AlexNet(String prefix, LoopTensors tensors) {
            super(prefix, tensors);
            makeConv("features.0", 2, 1, 11);
            makeConv("features.3", 3, 2, 5);
            makeConv("features.6", 3, 3, 3);
            makeConv("features.8", 2, 3, 3);
            makeConv("features.10", 4, 2, 3);
            tensors.linear(prefix + "classifier.1", 5, 4);
            tensors.linear(prefix + "classifier.4", 4, 5);
            tensors.linear(prefix + "classifier.6", 3, 4);
        }

        @Override
        int side() {
            return 63;
        }

        @Override
        double[] outputs(double[] image) {
            Image x = ImageLoops.maxPool(convRelu("features.0", image(image), new Move(4, 2, 1)), 3, 2, 0);
            x = ImageLoops.maxPool(convRelu("features.3", x, new Move(1, 2, 1)), 3, 2, 0);
            x = convRelu("features.8", convRelu("features.6", x, SAME), SAME);
            return classified(ImageLoops.maxPool(convRelu("features.10", x, SAME), 3, 2, 0), 1, 4, 6);
        }
    }

    private static final class Vgg extends ImageNetwork {
        private static final int[] DEPTHS = {1, 1, 2, 2, 2};

        private final boolean normed;

        Vgg(String prefix, LoopTensors tensors, boolean normed) {
            super(prefix, tensors);
            this.normed = normed;
            int inputs = 1;
            int place = 0;
            for (int depth : DEPTHS) {
                for (int i = 0; i < depth; i++) {
                    makeConv("features." + place, 3, inputs, 3);
                    if (normed) {
                        loops.makeBatchNorm(prefix + "features." + (place + 1), 3);
                    }
                    place += normed ? 3 : 2;
                    inputs = 3;
                }
                place++;
            }
            tensors.linear(prefix + "classifier.0", 5, 3);
            tensors.linear(prefix + "classifier.3", 4, 5);
            tensors.linear(prefix + "classifier.6", 3, 4);
        }

        @Override
        int side() {
            return 32;
        }

        @Override
        double[] outputs(double[] image) {
            Image x = image(image);
            int place = 0;
            for (int depth : DEPTHS) {
                for (int i = 0; i < depth; i++) {
                    String conv = prefix + "features." + place;
                    x = loops.shifted(conv + ".bias", loops.conv(conv, x, SAME));
                    x = ImageLoops.relu(normed ? loops.batchNorm(prefix + "features." + (place + 1), x) : x);
                    place += normed ? 3 : 2;
                }
                x = ImageLoops.maxPool(x, 2, 2, 0);
                place++;
            }
            return classified(x, 0, 3, 6);
        }
    }
}
