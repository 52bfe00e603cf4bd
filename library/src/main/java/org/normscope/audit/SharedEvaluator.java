package org.normscope.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Finding;
import org.normscope.convolution.Question;
import org.normscope.convolution.Symbol;

/**
 * Threads of a pool that take one question after the other.
 *
 * @param pool whose threads aren't the caller's
 * @param width questions at the same time
 */
record SharedEvaluator(ExecutorService pool, int width) implements Evaluator {
    @Override
    public List<Finding> evaluate(Symbol symbol, List<Question> questions) {
        Finding[] findings = new Finding[questions.size()];
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(width, findings.length); i++) {
            workers.add(pool.submit(() -> {
                for (int k = next.getAndIncrement(); k < findings.length; k = next.getAndIncrement()) {
                    findings[k] = symbol.evaluate(questions.get(k));
                }
            }));
        }
        workers.forEach(SharedEvaluator::await);
        return Arrays.asList(findings);
    }

    private static void await(Future<?> worker) {
        try {
            worker.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OutOfMemoryError shortage) {
                throw shortage;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
