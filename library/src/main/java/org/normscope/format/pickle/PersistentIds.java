package org.normscope.format.pickle;

import java.util.List;
import java.util.Optional;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.PickleValue.Text;
import org.normscope.format.PickleValue.Tuple;

/** What torch writes for persistent ids. */
public enum PersistentIds {
    /** Tuples; {@code ("module", C, file, source)} is the class C. */
    TUPLES {
        @Override
        Optional<PickleValue> moduleClass(Tuple id) {
            List<PickleValue> parts = id.items();
            boolean isModule = parts.size() == 4 && parts.get(0).equals(new Text("module"));
            return isModule && parts.get(1) instanceof Global type ? Optional.of(type) : Optional.empty();
        }
    },

    /** As torch 0.1: texts, which become tuples of one; {@code (C, file, source)} is the class C. */
    TEXTS {
        @Override
        Optional<PickleValue> moduleClass(Tuple id) {
            List<PickleValue> parts = id.items();
            return parts.size() == 3 && parts.get(0) instanceof Global type ? Optional.of(type) : Optional.empty();
        }
    };

    /** The class of a module that an id names. */
    abstract Optional<PickleValue> moduleClass(Tuple id);
}
