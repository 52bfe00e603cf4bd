package org.normscope.storage.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/**
 * Every file system that Hadoop knows: {@code hdfs:}, {@code s3a:}, and {@code file:} without checksum side files. A
 * location is a Hadoop path, taken letter by letter (only {@code file:} decodes percent escapes, as {@link LocalStorage}
 * does). May be captured by a Spark closure: it takes its configuration along.
 */
public final class HadoopStorage implements Storage, Serializable {
    private static final long serialVersionUID = 1L;

    private final transient Configuration configuration;
    private final transient LocalStorage local = new LocalStorage();

    /** Reads with this configuration; file systems come from Hadoop's cache and stay open. */
    public HadoopStorage(Configuration configuration) {
        this.configuration = configuration;
    }

    @Override
    public Kind kind(String location) throws IOException {
        // Hadoop calls a pipe a file.
        if (LocalStorage.handles(location)) {
            return local.kind(location);
        }
        return HadoopFailure.explained(location, () -> {
            try {
                return kind(status(location));
            } catch (FileNotFoundException e) {
                return Kind.MISSING;
            }
        });
    }

    private static Kind kind(FileStatus status) {
        if (status.isDirectory()) {
            return Kind.DIRECTORY;
        }
        return status.isFile() ? Kind.FILE : Kind.SPECIAL;
    }

    @Override
    public RangeReader open(String location) throws IOException {
        if (LocalStorage.handles(location) && local.kind(location) == Kind.SPECIAL) {
            throw new IOException(location + ": is a device, a pipe or a circle of links");
        }
        return HadoopFailure.explained(location, () -> {
            FileStatus status = status(location);
            if (!status.isFile()) {
                throw new IOException(location + ": is not a regular file");
            }
            Path path = path(location);
            return new HadoopReader(
                    location,
                    FutureIO.awaitFuture(fileSystem(path)
                            .openFile(path)
                            .opt("fs.option.openfile.read.policy", "random")
                            // S3A fetches what is asked for and not a byte more.
                            .opt("fs.s3a.readahead.range", 0)
                            .withFileStatus(status)
                            .build()),
                    status.getLen());
        });
    }

    @Override
    public long lastWritten(String location) throws IOException {
        return HadoopFailure.explained(location, () -> status(location).getModificationTime());
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return HadoopFailure.explained(directory, () -> {
            if (!status(directory).isDirectory()) {
                throw new IOException(directory + ": is not a directory");
            }
            Path path = path(directory);
            return Stream.of(fileSystem(path).listStatus(path))
                    .map(status -> status.getPath().getName())
                    .sorted()
                    .toList();
        });
    }

    @Override
    public String child(String directory, String name) {
        return LocalStorage.handles(directory) ? local.child(directory, name) : Storage.super.child(directory, name);
    }

    @Override
    public String name(String location) {
        return LocalStorage.handles(location) ? local.name(location) : Storage.super.name(location);
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        if (LocalStorage.handles(directory)) {
            return local.belongsTo(directory, location);
        }
        return HadoopFailure.explained(location, () -> {
            Path home = status(directory).getPath();
            for (Path above = status(location).getPath(); above != null; above = above.getParent()) {
                if (above.equals(home)) {
                    return true;
                }
            }
            return false;
        });
    }

    private FileStatus status(String location) throws IOException {
        Path path = path(location);
        return fileSystem(path).getFileStatus(path);
    }

    private static Path path(String location) throws IOException {
        if (LocalStorage.handles(location)) {
            return new Path(
                    "file", null, LocalStorage.path(location).toAbsolutePath().toString());
        }
        return new Path(location);
    }

    private FileSystem fileSystem(Path path) throws IOException {
        if (String.valueOf(path.toUri().getScheme()).matches("https?")) {
            throw new IOException(path + ": a web address; download the checkpoint and give its folder");
        }
        FileSystem found = path.getFileSystem(configuration);
        return found instanceof LocalFileSystem checked ? checked.getRawFileSystem() : found;
    }

    private Object writeReplace() throws IOException {
        return new Shipped(new ShippedConfiguration(configuration));
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("read through " + Shipped.class);
    }

    private record Shipped(ShippedConfiguration configuration) implements Serializable {
        private Object readResolve() throws IOException {
            return new HadoopStorage(configuration.value());
        }
    }
}
