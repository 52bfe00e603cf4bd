package org.normscope.job.sink;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.hadoop.HadoopFolder;

/** Which file system a folder to be written lies on. */
public final class OutputFolders {
    private OutputFolders() {}

    /**
     * The folder at a location; Hadoop is touched only if it isn't on this machine's disks.
     *
     * @throws IOException if nothing can have that name
     */
    public static OutputFolder of(String location, Supplier<Configuration> hadoop) throws IOException {
        return LocalStorage.handles(location)
                ? new LocalFolder(LocalStorage.path(location))
                : new HadoopFolder(location, hadoop.get());
    }
}
