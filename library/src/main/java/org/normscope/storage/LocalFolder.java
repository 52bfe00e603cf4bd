package org.normscope.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder on this machine's disks.
 *
 * @param folder need not exist yet
 */
public record LocalFolder(Path folder) implements OutputFolder, Serializable {
    @Override
    public String location(String name) {
        return folder.resolve(name).toString();
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void make() throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(folder + ": is not a folder", e);
        } catch (FileSystemException e) {
            throw new IOException(folder + ": the folder can't be made: " + reason(e), e);
        }
    }

    private static String reason(FileSystemException e) {
        return e instanceof AccessDeniedException ? "permission denied" : "the file system refuses";
    }

    @Override
    public OutputStream create(String name) throws IOException {
        return Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public InputStream open(String name) throws IOException {
        return Files.newInputStream(folder.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                folder.resolve(from),
                folder.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    private Object writeReplace() {
        return new Shipped(folder.toAbsolutePath().toString());
    }

    /** What travels to another process, whose working folder is another one. */
    private record Shipped(String folder) implements Serializable {
        private Object readResolve() {
            return new LocalFolder(Path.of(folder));
        }
    }
}
