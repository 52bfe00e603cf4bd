package org.normscope.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.normscope.storage.OutputFolder;

/** A folder that does what another one does, but for what is overridden. */
public interface ForwardingFolder extends OutputFolder {
    /** The other one. */
    OutputFolder folder();

    @Override
    default String location(String name) {
        return folder().location(name);
    }

    @Override
    default boolean exists(String name) throws IOException {
        return folder().exists(name);
    }

    @Override
    default List<String> list() throws IOException {
        return folder().list();
    }

    @Override
    default void make() throws IOException {
        folder().make();
    }

    @Override
    default OutputStream create(String name) throws IOException {
        return folder().create(name);
    }

    @Override
    default InputStream open(String name) throws IOException {
        return folder().open(name);
    }

    @Override
    default void rename(String from, String to) throws IOException {
        folder().rename(from, to);
    }

    @Override
    default void delete(String name) throws IOException {
        folder().delete(name);
    }
}
