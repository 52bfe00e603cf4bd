package org.normscope.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** Files in memory. A directory exists when a file lies below it, or when it was made. */
public final class MemoryStorage implements Storage {
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Kind> others = new TreeMap<>();

    /** Adds a file. */
    public MemoryStorage with(String location, byte[] content) {
        files.put(location, content.clone());
        return this;
    }

    /** Adds something that is no file: an empty directory, a pipe. */
    public MemoryStorage with(String location, Kind kind) {
        others.put(location, kind);
        return this;
    }

    @Override
    public Kind kind(String location) {
        String path = path(location);
        if (files.containsKey(path)) {
            return Kind.FILE;
        }
        boolean holdsFile = files.keySet().stream().anyMatch(file -> file.startsWith(path + "/"));
        return holdsFile ? Kind.DIRECTORY : others.getOrDefault(path, Kind.MISSING);
    }

    @Override
    public RangeReader open(String location) throws IOException {
        byte[] content = files.get(path(location));
        if (content == null) {
            throw new FileNotFoundException(location + ": " + kind(location));
        }
        return new MemoryReader(content);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        if (kind(directory) != Kind.DIRECTORY) {
            throw new IOException(directory + ": " + kind(directory));
        }
        String prefix = path(directory) + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String path : allPaths()) {
            if (path.startsWith(prefix)) {
                names.add(path.substring(prefix.length()).split("/")[0]);
            }
        }
        return List.copyOf(names);
    }

    private TreeSet<String> allPaths() {
        TreeSet<String> all = new TreeSet<>(files.keySet());
        all.addAll(others.keySet());
        return all;
    }

    @Override
    public boolean belongsTo(String directory, String location) {
        return path(location).startsWith(path(directory) + "/");
    }

    private static String path(String location) {
        return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
    }

    private static final class MemoryReader implements RangeReader {
        private final byte[] content;

        MemoryReader(byte[] content) {
            this.content = content;
        }

        @Override
        public long length() {
            return content.length;
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            RangeReader.checkRange(content.length, position, destination, offset, count);
            byte[] range = Arrays.copyOfRange(content, (int) position, (int) position + count);
            System.arraycopy(range, 0, destination, offset, count);
        }

        @Override
        public void close() {}
    }
}
