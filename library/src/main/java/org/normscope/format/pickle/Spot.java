package org.normscope.format.pickle;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/** Where the machine is: the opcode at hand and its offset, for messages. */
final class Spot {
    private final String file;
    private long offset;
    private @Nullable Opcode opcode;

    Spot(String file) {
        this.file = file;
    }

    /** Goes to an opcode's offset; the opcode isn't known yet. */
    void at(long newOffset) {
        offset = newOffset;
        opcode = null;
    }

    void opcode(Opcode newOpcode) {
        opcode = newOpcode;
    }

    /** The rejection that points here. */
    BadCheckpointException because(String format, Object... arguments) {
        String message = String.format(Locale.ROOT, format, arguments);
        return new Position(file, offset).because("pickle: %s%s", opcode == null ? "" : opcode + ": ", message);
    }

    /** Does nothing if the condition holds, else throws {@link #because}. */
    void require(boolean condition, String format, Object... arguments) throws BadCheckpointException {
        if (!condition) {
            throw because(format, arguments);
        }
    }
}
