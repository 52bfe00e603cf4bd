package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.format.PickleObject.Call;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleWalk;
import org.normscope.tensor.BadCheckpointException;

class PickleWalkTest {
    private static List<String> walked(String... pickle) throws BadCheckpointException {
        List<String> found = new ArrayList<>();
        PickleWalk.over(Pickles.root(pickle), (path, value) -> {
            found.add(path + " " + value.inWords());
            assertThat(path.length()).isEqualTo(path.toString().length());
            return true;
        });
        return found;
    }

    @Test
    void showsEveryValueInFileOrderUnderItsPath() throws Exception {
        assertThat(walked("}(U\1a](K\1Ne(K\1K\2tca\nC\n)R}U\1wK\3sbu."))
                .containsExactly(
                        " a dict of 2",
                        "a a list of 2",
                        "a.0 the integer 1",
                        "a.1 None",
                        "key a tuple of 2",
                        "key.0 the integer 1",
                        "key.1 the integer 2",
                        "(1, 2) an object of class 'a.C'",
                        "(1, 2) a dict of 1",
                        "(1, 2).w the integer 3");
    }

    @Test
    void goesThroughEverythingThatHolds() throws Exception {
        assertThat(walked("(\217(K\1\220ccollections\nOrderedDict\n)R}U\1mNsbctorch\nSize\nK\2\205\205R"
                        + "ca\nC\n)R(U\1kK\4uK\5aU\1x\205Qt."))
                .contains(
                        "0.0 the integer 1",
                        "1.m None",
                        "2.0.0 the integer 2",
                        "3.k the integer 4",
                        "3.0 the integer 5")
                .contains("4 a persistent id");
    }

    @Test
    void aSharedValueIsShownUnderEachNameButEnteredOnce() throws Exception {
        assertThat(walked("](ctorch\nSize\nN\205Rq\0h\0e."))
                .containsExactly(
                        " a list of 2", "0 a value made by torch.Size", "0.0 None", "1 a value made by torch.Size");
    }

    @Test
    void aValueThatHoldsItselfEndsTheWalkThere() throws Exception {
        assertThat(walked("]q\0h\0a.")).containsExactly(" a list of 1", "0 a list of 1");
        assertThat(walked("}q\0U\1ah\0\205s.")).hasSize(3);
        assertThat(walked("ca\nC\n)Rq\0}U\1sh\0sb.")).hasSize(3);
    }

    @Test
    void fortyLevelsOfTwiceTheSameAreFortySteps() throws Exception {
        String list = "N" + "q\0000(h\0h\0l".repeat(40) + ".";
        String tuple = "N" + "2\206".repeat(64) + ".";
        assertThat(walked(list)).hasSize(1 + 2 * 40);
        assertThat(walked(tuple)).hasSize(1 + 2 * 64);
    }

    @Test
    void leavesOutWhatTheVisitorDoesNotEnter() throws Exception {
        List<String> found = new ArrayList<>();
        PickleWalk.over(Pickles.root("](ctorch\nSize\nN\205R(Nle."), (path, value) -> {
            found.add(path.toString());
            return !(value instanceof Call);
        });
        assertThat(found).containsExactly("", "0", "1", "1.0");
    }

    @Test
    void whatTheVisitorThrowsArrives() throws Exception {
        PickleValue root = Pickles.root("N.");
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> PickleWalk.over(root, (path, value) -> {
                    throw new BadCheckpointException("here");
                }))
                .withMessage("here");
    }

    @Test
    void pathsKnowTheirHolders() throws Exception {
        PickleWalk.over(Pickles.root("(Nl."), (path, value) -> {
            boolean root = path.depth() == 0;
            assertThat(path.holder().isEmpty()).isEqualTo(root);
            assertThat(path.label()).isEqualTo(root ? "" : "0");
            return true;
        });
    }
}
