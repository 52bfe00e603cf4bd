package org.normscope.storage.hadoop;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.normscope.storage.OutputFolder;

/** A folder on a file system that Hadoop knows. */
public final class HadoopFolder implements OutputFolder, Serializable {
    private static final long serialVersionUID = 1L;

    private final transient String location;
    private final transient Configuration configuration;
    private final transient Path folder;
    private final transient FileSystem files;

    /**
     * The folder at a location, which need not exist yet.
     *
     * @throws IOException if nothing can have that name, or there is no such file system
     */
    public HadoopFolder(String location, Configuration configuration) throws IOException {
        this.location = location;
        this.configuration = configuration;
        this.folder = HadoopFailure.explained(location, () -> new Path(location));
        this.files = HadoopFailure.explained(location, () -> folder.getFileSystem(configuration));
    }

    @Override
    public String location(String name) {
        return path(name).toString();
    }

    @Override
    public boolean exists(String name) throws IOException {
        return explained(name, () -> files.exists(path(name)));
    }

    @Override
    public void make() throws IOException {
        if (!HadoopFailure.explained(folder.toString(), () -> files.mkdirs(folder))) {
            throw new IOException(folder + ": the folder can't be made");
        }
    }

    @Override
    public List<String> list() throws IOException {
        return HadoopFailure.explained(
                folder.toString(),
                () -> Stream.of(files.listStatus(folder))
                        .map(status -> status.getPath().getName())
                        .toList());
    }

    @Override
    public void deleteAtExit(String name) throws IOException {
        explained(name, () -> files.deleteOnExit(path(name)));
    }

    @Override
    public OutputStream create(String name) throws IOException {
        return new Explained(location(name), explained(name, () -> files.create(path(name), false)));
    }

    @Override
    public InputStream open(String name) throws IOException {
        return explained(name, () -> files.open(path(name)));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        explained(to, () -> files.delete(path(to), false));
        if (!explained(to, () -> files.rename(path(from), path(to)))) {
            throw new IOException(path(to) + ": renaming " + from + " failed");
        }
        files.cancelDeleteOnExit(path(from));
    }

    @Override
    public void delete(String name) throws IOException {
        explained(name, () -> files.delete(path(name), false));
        files.cancelDeleteOnExit(path(name));
    }

    private <T> T explained(String name, HadoopFailure.Operation<T> operation) throws IOException {
        return HadoopFailure.explained(location(name), operation);
    }

    private Path path(String name) {
        return new Path(folder, new Path(null, null, name));
    }

    /** A file that is written, failures in one line; what is flushed can be read by others where the file system is able to. */
    private static final class Explained extends FilterOutputStream {
        private final String location;
        private final FSDataOutputStream stream;

        Explained(String location, FSDataOutputStream stream) {
            super(stream);
            this.location = location;
            this.stream = stream;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            HadoopFailure.explained(location, () -> {
                stream.write(bytes, offset, count);
                return count;
            });
        }

        /** HDFS shows others what was hflushed, not what was flushed. */
        @Override
        public void flush() throws IOException {
            HadoopFailure.explained(location, () -> {
                if (stream.hasCapability(StreamCapabilities.HFLUSH)) {
                    stream.hflush();
                } else {
                    stream.flush();
                }
                return stream;
            });
        }

        @Override
        public void close() throws IOException {
            HadoopFailure.explained(location, () -> {
                stream.close();
                return stream;
            });
        }
    }

    private Object writeReplace() throws IOException {
        return new Shipped(location, new ShippedConfiguration(configuration));
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("read through " + Shipped.class);
    }

    private record Shipped(String location, ShippedConfiguration configuration) implements Serializable {
        private Object readResolve() throws IOException {
            return new HadoopFolder(location, configuration.value());
        }
    }
}
