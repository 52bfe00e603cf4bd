package org.normscope.testing.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.normscope.testing.MemoryStorage;

/** A valid checkpoint of a few hundred bytes, and which of its bytes say what a tensor is. */
public final class SmallFile {
    private final String location;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Owned> owned = new ArrayList<>();

    private record Owned(String tensor, String file, int from, int to) {}

    private SmallFile(String location) {
        this.location = location;
    }

    /** A checkpoint at this location, still without files. */
    public static SmallFile at(String location) {
        return new SmallFile(location);
    }

    /** A checkpoint of one file. */
    public static SmallFile of(String location, byte[] content) {
        return at(location).with(location, content);
    }

    /** Adds a file. */
    public SmallFile with(String file, byte[] content) {
        files.put(file, content);
        return this;
    }

    /** Says that the bytes from here to there decide over a tensor. */
    public SmallFile owns(String tensor, String file, int from, int to) {
        if (from < 0 || to < from || to > content(file).length) {
            throw new IllegalArgumentException(tensor + ": bytes " + from + " to " + to + " of " + file);
        }
        owned.add(new Owned(tensor, file, from, to));
        return this;
    }

    /** The same for the bytes from the first {@code begin} in Latin-1 up to the {@code end} behind it, or to the end of the file. */
    public SmallFile owns(String tensor, String begin, String end) {
        int from = indexOf(location, begin, 0);
        int to = indexOf(location, end, from + begin.length());
        return owns(tensor, location, from, to < 0 ? content(location).length : to);
    }

    /** The same for these bytes, wherever they are in the file. */
    public SmallFile owns(String tensor, String file, byte[] bytes) {
        int from = indexOf(file, new String(bytes, StandardCharsets.ISO_8859_1), 0);
        return owns(tensor, file, from, from + bytes.length);
    }

    /** The first place of a text in Latin-1; negative if there is none. */
    public int indexOf(String file, String text, int from) {
        return new String(content(file), StandardCharsets.ISO_8859_1).indexOf(text, from);
    }

    /** What a reader is given. */
    public String location() {
        return location;
    }

    /** The names of its files. */
    public Set<String> files() {
        return files.keySet();
    }

    /** The bytes of a file. Not a copy. */
    public byte[] content(String file) {
        byte[] content = files.get(file);
        if (content == null) {
            throw new IllegalArgumentException("no file " + file + " among " + files.keySet());
        }
        return content;
    }

    /** The tensors over which a byte in a range of a file decides. */
    public Set<String> hit(String file, int from, int to) {
        Set<String> hit = new TreeSet<>();
        for (Owned range : owned) {
            if (range.file.equals(file) && range.from < to && from < range.to) {
                hit.add(range.tensor);
            }
        }
        return hit;
    }

    /** A storage that holds it, one of its files replaced. */
    public MemoryStorage storage(String file, byte[] replacement) {
        MemoryStorage storage = new MemoryStorage();
        files.forEach((name, content) -> storage.with(name, name.equals(file) ? replacement : content));
        return storage;
    }

    @Override
    public String toString() {
        return location;
    }
}
