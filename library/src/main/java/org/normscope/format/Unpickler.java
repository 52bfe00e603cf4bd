package org.normscope.format;

import java.io.IOException;
import java.util.SortedMap;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** Reads pickles as data. Whatever a pickle asks for, nothing of it is executed, looked up or opened. */
public interface Unpickler {
    /**
     * Reads one pickle.
     *
     * @param file its name for messages
     * @param in the open file
     * @param start offset of the pickle's first byte
     * @param end offset behind the last byte that may belong to it, at most the length of the file; what follows the
     *     pickle is left alone
     * @throws BadCheckpointException if the pickle is wrong, asks for more than values, or is too large
     * @throws IOException if the storage fails
     */
    Pickle read(String file, RangeReader in, long start, long end) throws BadCheckpointException, IOException;

    /**
     * A pickle that was read.
     *
     * @param root the value that it holds
     * @param end offset of the byte behind its STOP, where the next pickle of a stream begins
     * @param stubs how many objects there are of each class that is not known here, by the class's name
     */
    record Pickle(PickleValue root, long end, SortedMap<String, Integer> stubs) {}
}
