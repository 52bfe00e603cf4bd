package org.normscope.testing;

import java.util.SplittableRandom;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** A file with every kind of weight that isn't stored as it is applied; the same bytes every time. */
public final class MadeCheckpoint {
    private final WrittenCheckpoint written = new WrittenCheckpoint();
    private final SplittableRandom random = new SplittableRandom(11);

    private MadeCheckpoint() {}

    /** The file. */
    public static WrittenCheckpoint of() {
        MadeCheckpoint made = new MadeCheckpoint();
        made.weightNorms();
        made.spectralNorms();
        made.codes();
        made.factors();
        return made.written;
    }

    private void weightNorms() {
        add("rows.weight_g", DType.F32, 90, 1);
        add("rows.weight_v", DType.F32, 90, 70);
        add("columns.weight_g", DType.F32, 1, 60, 1);
        add("columns.weight_v", DType.F32, 50, 60, 3);
        add("last.weight_g", DType.F32, 1, 1, 5);
        add("last.weight_v", DType.F32, 40, 30, 5);
        add("whole.weight_g", DType.F64);
        add("whole.weight_v", DType.F64, 130, 20);
    }

    private void spectralNorms() {
        add("linear.weight_orig", DType.F32, 80, 60);
        add("linear.weight_u", DType.F32, 80);
        add("linear.weight_v", DType.F32, 60);
        add("transposed.weight_orig", DType.F32, 30, 40, 3);
        add("transposed.weight_u", DType.F32, 40);
        add("transposed.weight_v", DType.F32, 90);
        add("either.weight_orig", DType.F32, 48, 48, 2);
        add("either.weight_u", DType.F32, 48);
        add("either.weight_v", DType.F32, 96);
    }

    private void codes() {
        add("scaled.weight", DType.F8_E4M3, 200, 150);
        add("scaled.weight_scale_inv", DType.F32, 2, 2);
        bytes("mlp.experts.down_proj_blocks", 2, 60, 3, 16);
        byte[] exponents = new byte[2 * 60 * 3];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = (byte) random.nextInt(120, 134);
        }
        written.with("mlp.experts.down_proj_scales", DType.U8, Shape.of(2, 60, 3), exponents);
        add("mlp.experts.w1", DType.BF16, 3, 64, 90);
    }

    private void factors() {
        add("adapted.lora_A.weight", DType.F32, 32, 200);
        add("adapted.lora_B.weight", DType.F32, 150, 32);
        add("zero.lora_A.weight", DType.F32, 4, 30);
        written.with("zero.lora_B.weight", DType.F32, Shape.of(20, 4), new byte[20 * 4 * 4]);
    }

    private void add(String name, DType dtype, long... dims) {
        Shape shape = Shape.of(dims);
        written.with(name, dtype, shape, WrittenCheckpoint.random(dtype, Math.toIntExact(shape.elements()), random));
    }

    private void bytes(String name, long... dims) {
        byte[] bytes = new byte[Math.toIntExact(Shape.of(dims).elements())];
        random.nextBytes(bytes);
        written.with(name, DType.U8, Shape.of(dims), bytes);
    }
}
