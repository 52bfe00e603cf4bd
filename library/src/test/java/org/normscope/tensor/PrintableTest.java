package org.normscope.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "\n", "\u001b", "\ud800", "\udbff\udfff", "\ud83d\ude00", "a\u2028"})
    void isBoundedByWhatIsWrittenNotByWhatIsRead(String text) {
        String longest = text.repeat(1 << 20);
        assertThat(Printable.oneLine(longest)).endsWith("…").hasSizeBetween(990, 1001);
        assertThat(Printable.quoted(longest)).endsWith("…'").hasSizeBetween(70, 83);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "name.weight", "\u00e9\ud83d\ude00"})
    void leavesWhatIsShortAndVisibleAsItIs(String text) {
        assertThat(Printable.oneLine(text)).isEqualTo(text);
        assertThat(Printable.quoted(text)).isEqualTo("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000})
    void cutsNothingThatFits(int length) {
        assertThat(Printable.oneLine("a".repeat(length))).hasSize(length).doesNotContain("…");
        assertThat(Printable.whole("\n".repeat(length))).isEqualTo("\\u000a".repeat(length));
    }
}
