package org.normscope.job.spark;

import java.util.List;
import org.normscope.audit.Engine;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Hands results to the listener as groups finish; Spark calls it from one thread, once per group. */
final class ResultHandler extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final Engine.Listener listener;

    ResultHandler(Engine.Listener listener) {
        this.listener = listener;
    }

    @Override
    @SuppressWarnings("unchecked")
    public BoxedUnit apply(Object partition, byte[] bytes) {
        ((List<Audited>) Wire.unpack(bytes)).forEach(audited -> audited.tell(listener));
        return BoxedUnit.UNIT;
    }
}
