package org.normscope.audit.pass;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Finding;
import org.normscope.convolution.Question;
import org.normscope.convolution.Symbol;

/** What those who share the frequencies of a convolution need: its symbol. It can be sent, and safely used by many threads. */
public final class FrequencyWork implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Symbol symbol;

    private FrequencyWork(Symbol symbol) {
        this.symbol = symbol;
    }

    /** Some of the questions of a step. */
    public record Share(List<Question> questions) implements Serializable {}

    /** Answers to a share, in the order of its questions. */
    public record Answers(List<Finding> findings) implements Serializable {}

    /** Who answers. */
    public interface Workers {
        /** Shares that keep all of them busy. */
        int shares();

        /**
         * Answers of every share, in their order.
         *
         * @param work the same object in all steps of one convolution
         */
        List<Answers> answer(FrequencyWork work, List<Share> shares);
    }

    /** Side of the matrix that an evaluation factors. */
    public int order() {
        return symbol.order();
    }

    /** Answers a share, in the calling thread. */
    public Answers answer(Share share) {
        List<Finding> findings = new ArrayList<>();
        share.questions().forEach(question -> findings.add(symbol.evaluate(question)));
        return new Answers(findings);
    }

    /** The workers as one who answers all. */
    static Evaluator evaluator(Workers workers) {
        List<FrequencyWork> last = new ArrayList<>();
        return (symbol, questions) -> {
            if (last.isEmpty() || last.get(0).symbol != symbol) {
                last.clear();
                last.add(new FrequencyWork(symbol));
            }
            int count = Math.min(questions.size(), workers.shares());
            List<Share> shares = IntStream.range(0, count)
                    .mapToObj(first -> share(questions, first, count))
                    .toList();
            return merged(workers.answer(last.get(0), shares), questions.size());
        };
    }

    /** Every so many questions apart, so that hard ones beside each other are shared out. */
    private static Share share(List<Question> questions, int first, int step) {
        List<Question> share = new ArrayList<>();
        for (int i = first; i < questions.size(); i += step) {
            share.add(questions.get(i));
        }
        return new Share(share);
    }

    private static List<Finding> merged(List<Answers> answers, int questions) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            findings.add(answers.get(i % answers.size()).findings().get(i / answers.size()));
        }
        return findings;
    }
}
