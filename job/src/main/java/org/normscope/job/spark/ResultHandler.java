package org.normscope.job.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.normscope.audit.Engine;
import org.normscope.audit.TaskResult;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Hands results to the listener as groups finish; Spark calls it from one thread, once per group. */
final class ResultHandler extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final Engine.Listener listener;

    ResultHandler(Engine.Listener listener) {
        this.listener = listener;
    }

    @Override
    public BoxedUnit apply(Object partition, byte[] bytes) {
        deserialized(bytes).forEach(listener::finished);
        return BoxedUnit.UNIT;
    }

    @SuppressWarnings("unchecked")
    private static List<TaskResult> deserialized(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (List<TaskResult>) in.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("driver and executors run different versions of Normscope", e);
        }
    }
}
