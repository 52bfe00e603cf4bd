package org.normscope.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
    @ParameterizedTest(name = "{0} has {1} bits")
    @CsvSource({
        "BOOL, 8",
        "U8, 8",
        "I8, 8",
        "I16, 16",
        "U16, 16",
        "I32, 32",
        "U32, 32",
        "I64, 64",
        "U64, 64",
        "F4, 4",
        "F6_E2M3, 6",
        "F6_E3M2, 6",
        "F8_E5M2, 8",
        "F8_E4M3, 8",
        "F8_E8M0, 8",
        "F8_E4M3FNUZ, 8",
        "F8_E5M2FNUZ, 8",
        "F16, 16",
        "BF16, 16",
        "F32, 32",
        "F64, 64",
        "C64, 64"
    })
    void hasTheBitsOfTheSpecification(DType dtype, int bits) {
        assertThat(dtype.bits()).isEqualTo(bits);
        assertThat(DType.byName(dtype.name())).contains(dtype);
    }

    @Test
    void knowsTheTwentyTwoTypesAndTheirNamesToTheLetter() {
        assertThat(DType.values()).hasSize(22 + 1);
        assertThat(DType.byName("OPAQUE")).isEmpty();
        assertThat(DType.byName("f32")).isEmpty();
        assertThat(DType.byName("")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void onlyWholeByteTypesHaveBytes(DType dtype) {
        if (dtype.bits() < 8) {
            assertThatIllegalStateException().isThrownBy(dtype::bytes);
        } else {
            assertThat(dtype.bytes() * 8).isEqualTo(dtype.bits());
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void onlyDecodedTypesHaveARoundoff(DType dtype) {
        if (dtype.kind() == DType.Kind.FLOAT) {
            assertThat(dtype.unitRoundoff()).isPositive();
            assertThat(dtype.smallest()).isPositive();
        } else {
            assertThatIllegalStateException().isThrownBy(dtype::unitRoundoff);
            assertThatIllegalStateException().isThrownBy(dtype::smallest);
        }
    }

    @Test
    void bytesOfATensorAreItsBits() {
        assertThat(StoredTensor.bytes(DType.F4, Shape.of(3, 4))).isEqualTo(6);
        assertThat(StoredTensor.bytes(DType.F64, Shape.of())).isEqualTo(8);
        assertThat(StoredTensor.bytes(DType.BF16, Shape.of(1L << 31, 2))).isEqualTo(1L << 33);
        assertThat(StoredTensor.bytes(DType.F32, Shape.of(0, 1L << 60))).isZero();
    }

    @Test
    void bytesNeverOverflowOrEndWithinAByte() {
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> StoredTensor.bytes(DType.F64, Shape.of(1L << 61)));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> StoredTensor.bytes(DType.F6_E2M3, Shape.of(3)))
                .withMessageContaining("18 bits");
    }
}
