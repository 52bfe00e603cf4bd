package org.normscope.convolution;

import java.util.List;

/** Who answers a search's questions about a symbol. */
@FunctionalInterface
public interface Evaluator {
    /** One after the other, in the calling thread. */
    Evaluator SEQUENTIAL =
            (symbol, questions) -> questions.stream().map(symbol::evaluate).toList();

    /** With the threads of the common pool; the same findings. */
    Evaluator PARALLEL = (symbol, questions) ->
            questions.parallelStream().map(symbol::evaluate).toList();

    /** A finding for each question, in the same order. */
    List<Finding> evaluate(Symbol symbol, List<Question> questions);
}
