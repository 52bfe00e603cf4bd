package org.normscope.job.sink;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** A folder on a file system that Hadoop knows. */
final class HadoopFolder implements OutputFolder {
    private final Path folder;
    private final FileSystem files;

    HadoopFolder(String location, Configuration configuration) throws IOException {
        try {
            this.folder = new Path(location);
            this.files = folder.getFileSystem(configuration);
        } catch (RuntimeException | LinkageError e) {
            // A missing connector, an unknown host, a bad name.
            throw new IOException(location + ": Hadoop can't reach it: " + e.getMessage(), e);
        }
    }

    @Override
    public String location(String name) {
        return path(name).toString();
    }

    @Override
    public boolean exists(String name) throws IOException {
        return files.exists(path(name));
    }

    @Override
    public void make() throws IOException {
        if (!files.mkdirs(folder)) {
            throw new IOException(folder + ": the folder can't be made");
        }
    }

    @Override
    public OutputStream create(String name) throws IOException {
        OutputStream out = files.create(path(name), false);
        files.deleteOnExit(path(name));
        return out;
    }

    @Override
    public OutputStream createLog(String name) throws IOException {
        FSDataOutputStream out = files.create(path(name), false);
        return out.hasCapability(StreamCapabilities.HFLUSH) ? new Flushed(out) : out;
    }

    @Override
    public InputStream open(String name) throws IOException {
        return files.open(path(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.delete(path(to), false);
        if (!files.rename(path(from), path(to))) {
            throw new IOException(path(to) + ": renaming " + from + " failed");
        }
        files.cancelDeleteOnExit(path(from));
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(path(name), false);
    }

    private Path path(String name) {
        return new Path(folder, new Path(null, null, name));
    }

    /** HDFS shows others what was hflushed, not what was flushed. */
    private static final class Flushed extends FilterOutputStream {
        private final FSDataOutputStream stream;

        Flushed(FSDataOutputStream stream) {
            super(stream);
            this.stream = stream;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            stream.write(bytes, offset, count);
        }

        @Override
        public void flush() throws IOException {
            stream.hflush();
        }
    }
}
