package org.normscope.tensor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Sha256Test {
    /** The examples of FIPS 180-4. */
    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void examplesOfTheStandardComeOut() {
        Sha256 sha256 = new Sha256();
        assertThat(sha256.hex()).isEqualTo(OF_NOTHING);
        sha256.add("abc".getBytes(US_ASCII));
        assertThat(sha256.hex()).isEqualTo(OF_ABC);
        assertThat(sha256.hex()).isEqualTo(OF_NOTHING);
    }

    @Test
    void piecesAreOneText() {
        Sha256 sha256 = new Sha256();
        sha256.add("xab".getBytes(US_ASCII), 1, 2);
        sha256.add("cx".getBytes(US_ASCII), 0, 1);
        assertThat(sha256.hex()).isEqualTo(OF_ABC);
    }
}
