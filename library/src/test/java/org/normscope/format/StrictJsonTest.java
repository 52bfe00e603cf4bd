package org.normscope.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.MemoryStorage;

class StrictJsonTest {
    @Test
    void pointsToTheByteBehindLettersOfEveryLength() throws Exception {
        String before = "{\"aéこ😀\":";
        try (StrictJson json = json("xx", before + "[1]}")) {
            json.next();
            json.next();
            json.next(JsonToken.START_ARRAY, "value");
            int offset = 2 + before.getBytes(StandardCharsets.UTF_8).length;
            assertThat(json.because("here")).hasMessageContaining("byte " + offset + ": here");
        }
    }

    @Test
    void pointsBehindManyChunksOfText() throws Exception {
        String padding = " é".repeat(400_000);
        try (StrictJson json = json("", "[\"" + padding.replace(" ", "") + "\",x]")) {
            json.next();
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(json::next)
                    .withMessageContaining("byte 8000")
                    .withMessageContaining("wrong JSON");
        }
    }

    @Test
    void passesOverStringsThatWouldNotFitMemoryTwice() throws Exception {
        try (StrictJson json = json("", "[\"" + "a".repeat(30_000_000) + "\"]")) {
            json.next();
            json.next();
            json.skip();
            json.next(JsonToken.END_ARRAY, "end");
            json.end();
        }
    }

    @Test
    void refusesADeepValueWhileSkippingIt() throws Exception {
        try (StrictJson json = json("", "[".repeat(100_000))) {
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(json::skip)
                    .withMessageContaining("depth");
        }
    }

    @Test
    void refusesAValueOfManyPartsWhileSkippingIt() throws Exception {
        try (StrictJson json = json("", "[" + "0,".repeat(200_000) + "0]")) {
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(json::skip)
                    .withMessageContaining("more than 100000 parts");
        }
    }

    @Test
    void refusesAStringOrNameThatIsTooLong() throws Exception {
        try (StrictJson json = json("", "[\"" + "a".repeat(100_001) + "\"]")) {
            json.next();
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class).isThrownBy(json::text);
        }
        try (StrictJson json = json("", "{\"" + "a".repeat(1_000_001) + "\":1}")) {
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class).isThrownBy(json::next);
        }
    }

    @Test
    void leavesAFailureOfTheStorageAnIoException() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            RangeReader in = new MemoryStorage().with("f", new byte[10]).open("f");
            try (StrictJson json = StrictJson.open("f", in, 0, 20)) {
                json.next();
            }
        });
    }

    @Test
    void anIntegerIsNotTakenForMoreThanItIs() throws Exception {
        try (StrictJson json = json("", "[9223372036854775807,9223372036854775808]")) {
            json.next();
            json.next();
            assertThat(json.natural("n")).isEqualTo(Long.MAX_VALUE);
            json.next();
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(() -> json.natural("n"))
                    .withMessageContaining("n is 9223372036854775808, outside");
        }
    }

    private static StrictJson json(String before, String text) throws IOException {
        byte[] bytes = (before + text).getBytes(StandardCharsets.UTF_8);
        RangeReader in = new MemoryStorage().with("f", bytes).open("f");
        return StrictJson.open("f", in, before.length(), bytes.length - before.length());
    }
}
