package org.normscope.format.pickle;

import java.util.List;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.tensor.BadCheckpointException;

/**
 * A class or function whose call makes a value that is known here.
 *
 * @param fewest arguments that it takes at least
 * @param most and at most
 */
record Constructor(Global name, int fewest, int most, Effect effect) {
    /** How many arguments it takes, in words. */
    String range() {
        return fewest == most ? Integer.toString(fewest) : fewest + " to " + most;
    }

    /** What a call becomes. */
    enum Effect {
        /** A {@link PickleObject.Call}. */
        CALL((making, name, arguments) -> new PickleObject.Call(name, arguments)),
        /** A call whose result may be given a state. */
        CALL_WITH_STATE(CALL.maker),
        DICT(Making::dict),
        DEFAULT_DICT(Making::defaultDict),
        SEQUENCE(Making::sequence),
        MEMBERS(Making::members),
        BYTES((making, name, arguments) -> making.bytes(arguments)),
        NEW_OBJECT((making, name, arguments) -> making.newObject(arguments)),
        RECONSTRUCTED((making, name, arguments) -> making.reconstruct(arguments)),
        REJECTED((making, name, arguments) -> making.reject(name));

        private final Maker maker;

        Effect(Maker maker) {
            this.maker = maker;
        }

        PickleValue make(Making making, Global name, List<PickleValue> arguments) throws BadCheckpointException {
            return maker.make(making, name, arguments);
        }
    }

    /** Makes the value. */
    @FunctionalInterface
    private interface Maker {
        PickleValue make(Making making, Global name, List<PickleValue> arguments) throws BadCheckpointException;
    }
}
