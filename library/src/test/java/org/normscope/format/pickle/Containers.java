package org.normscope.format.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.normscope.format.Unpickler.Pickle;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** The pickles in files as they come, taken out of zips by the JDK. */
final class Containers {
    private static final int LONGEST = 8 << 20;
    private static final int PICKLES_OF_A_STREAM = 5;

    private Containers() {}

    /** Streams of pickles by name: entries of a zip, also of a zip in a zip ({@code policy.pth!}), or the file itself. */
    static Map<String, byte[]> streams(Path file) throws IOException {
        byte[] magic = new byte[4];
        try (InputStream in = Files.newInputStream(file)) {
            in.readNBytes(magic, 0, magic.length);
        }
        if (magic[0] != 'P' || magic[1] != 'K') {
            return Map.of("", start(Files.newInputStream(file)));
        }
        Map<String, byte[]> found = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().endsWith("data.pkl")) {
                    found.put("", start(zip.getInputStream(entry)));
                } else if (entry.getName().matches(".*\\.(pth|pt)")) {
                    found.putAll(inner(entry.getName() + "!", start(zip.getInputStream(entry))));
                }
            }
        } catch (ZipException e) {
            // What a zip may be is for the zip reader's tests.
            return Map.of();
        }
        return found;
    }

    /** Reads the pickles of a stream one after the other: as many as an old torch file has, or fewer if it ends. */
    static List<Pickle> read(byte[] stream) throws BadCheckpointException, IOException {
        List<Pickle> found = new ArrayList<>();
        try (RangeReader in = Pickles.open(stream)) {
            long at = 0;
            do {
                found.add(new PickleMachine().read(Pickles.FILE, in, at, in.length()));
                at = found.get(found.size() - 1).end();
            } while (at < in.length() && found.size() < PICKLES_OF_A_STREAM);
        }
        return found;
    }

    private static Map<String, byte[]> inner(String prefix, byte[] content) throws IOException {
        Path file = Files.createTempFile("inner", ".zip");
        try {
            Files.write(file, content);
            Map<String, byte[]> found = new LinkedHashMap<>();
            streams(file).forEach((name, stream) -> found.put(prefix + name, stream));
            return found;
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] start(InputStream in) throws IOException {
        try (in) {
            return in.readNBytes(LONGEST);
        }
    }
}
