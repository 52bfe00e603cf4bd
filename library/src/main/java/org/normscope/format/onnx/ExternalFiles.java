package org.normscope.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.normscope.storage.RangeReader;
import org.normscope.storage.RelativePath;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The files beside a model that hold elements of it ({@code external_data}); file 0 is the model itself. A location is a relative path that stays
 * in the model's directory, links followed.
 */
final class ExternalFiles {
    private static final int MOST_FILES = 10_000;

    private final Storage storage;
    private final String directory;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<OtherFile> files = new ArrayList<>();

    ExternalFiles(Storage storage, String directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /**
     * A file.
     *
     * @param name path below the model's directory
     * @param location what storage opens
     */
    record OtherFile(String name, String location, long bytes) {}

    /** A place in a file. */
    record Range(int file, long offset) {}

    /** All files but the model, in the order of their numbers, which begin with 1. */
    List<OtherFile> files() {
        return files;
    }

    /**
     * Where so many bytes lie.
     *
     * @param entry the keys location, offset, length of a tensor
     * @param place of that tensor, for messages
     * @param shown its name, for messages
     */
    Range find(Map<String, String> entry, long bytes, Position place, String shown)
            throws BadCheckpointException, IOException {
        int file = number(entry.getOrDefault("location", ""), place, shown);
        OtherFile other = files.get(file - 1);
        long offset = number(entry, "offset", 0, place);
        long length = number(entry, "length", bytes, place);
        place.require(
                length == bytes, "tensor %s needs %d bytes, external_data has a length of %d", shown, bytes, length);
        place.require(
                offset <= other.bytes && bytes <= other.bytes - offset,
                "tensor %s has %d bytes at offset %d of %s, which has %d; truncated, download it again",
                shown,
                bytes,
                offset,
                Printable.quoted(other.name),
                other.bytes);
        return new Range(file, offset);
    }

    private static long number(Map<String, String> entry, String key, long absent, Position place)
            throws BadCheckpointException {
        String text = entry.get(key);
        if (text == null) {
            return absent;
        }
        place.require(text.matches("[0-9]{1,18}"), "external_data: %s %s is no number", key, Printable.quoted(text));
        return Long.parseLong(text);
    }

    private int number(String name, Position place, String shown) throws BadCheckpointException, IOException {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        String quoted = Printable.quoted(name);
        place.require(
                staysBelow(name),
                "tensor %s lies in %s, which is no relative path below the model's directory",
                shown,
                quoted);
        place.require(files.size() < MOST_FILES, "external data in more than %d files", MOST_FILES);
        String location = storage.child(directory, name);
        place.require(
                storage.kind(location) == Storage.Kind.FILE,
                "tensor %s lies in %s, which is not there; put it beside the model",
                shown,
                quoted);
        place.require(
                storage.belongsTo(directory, location),
                "tensor %s lies in %s, a link out of the model's directory",
                shown,
                quoted);
        try (RangeReader in = storage.open(location)) {
            files.add(new OtherFile(name, location, in.length()));
        }
        numbers.put(name, files.size());
        return files.size();
    }

    private static boolean staysBelow(String name) {
        return name.indexOf(':') < 0 && RelativePath.fault(name).isEmpty();
    }
}
