package org.normscope.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The disks of this machine. A location is a plain path, taken letter by letter, or a {@code file:} URI, in which
 * {@code %20} stands for a space.
 */
public final class LocalStorage implements Storage, Serializable {
    private static final long serialVersionUID = 1L;

    /** Whether a location is a plain path or a {@code file:} URI. */
    public static boolean handles(String location) {
        return LocalPath.isLocal(location);
    }

    /**
     * The path that a location names.
     *
     * @throws IOException if no file of this machine can have that name
     */
    public static Path path(String location) throws IOException {
        return LocalPath.of(location);
    }

    /**
     * The location as machines with another working folder can open it: a local path becomes absolute, everything else stays.
     *
     * @throws IOException if no file of this machine can have that name
     */
    public static String absolute(String location) throws IOException {
        return handles(location) ? path(location).toAbsolutePath().toString() : location;
    }

    @Override
    public Kind kind(String location) throws IOException {
        if (location.indexOf('\0') >= 0) {
            return Kind.MISSING;
        }
        Path path = LocalPath.of(location);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return Kind.DIRECTORY;
            }
            return attributes.isRegularFile() ? Kind.FILE : Kind.SPECIAL;
        } catch (NoSuchFileException e) {
            return Kind.MISSING;
        } catch (FileSystemException e) {
            return kindOfUnreadable(path, e);
        }
    }

    private static Kind kindOfUnreadable(Path path, FileSystemException failure) throws FileSystemException {
        if (Files.isSymbolicLink(path)) {
            return Kind.SPECIAL;
        }
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.isRegularFile(above)) {
                    return Kind.MISSING;
                }
                break;
            }
        }
        throw failure;
    }

    @Override
    public RangeReader open(String location) throws IOException {
        return switch (kind(location)) {
            case FILE -> LocalReader.open(LocalPath.of(location));
            case MISSING -> throw new FileNotFoundException(location + ": no such file");
            case DIRECTORY -> throw new IOException(location + ": is a directory");
            case SPECIAL -> throw new IOException(location + ": is a device, a pipe or a circle of links");
        };
    }

    @Override
    public long lastWritten(String location) throws IOException {
        return Files.getLastModifiedTime(LocalPath.of(location)).toMillis();
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(LocalPath.of(directory))) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public String child(String directory, String name) {
        return Storage.super.child(directory, LocalPath.isUri(directory) ? name.replace("%", "%25") : name);
    }

    @Override
    public String name(String location) {
        String name = Storage.super.name(location);
        return LocalPath.isUri(location) ? LocalPath.decodeOrKeep(name) : name;
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        Path home = LocalPath.of(directory).toRealPath();
        Path file = LocalPath.of(location).toRealPath();
        return file.startsWith(home) || isBlobOf(home, file);
    }

    /** The Hugging Face cache: {@code snapshots/<revision>/...} holds links to {@code blobs/<hash>} beside it. */
    private static boolean isBlobOf(Path home, Path file) {
        for (Path above = home; above != null && above.getParent() != null; above = above.getParent()) {
            Path snapshots = above.getParent();
            if (snapshots.endsWith("snapshots")) {
                return snapshots.resolveSibling("blobs").equals(file.getParent());
            }
        }
        return false;
    }
}
