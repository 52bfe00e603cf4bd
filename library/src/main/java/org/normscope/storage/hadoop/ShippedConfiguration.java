package org.normscope.storage.hadoop;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** A configuration as Hadoop writes it, on its way to another process. */
final class ShippedConfiguration implements Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[] written;

    ShippedConfiguration(Configuration configuration) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        configuration.write(new DataOutputStream(bytes));
        written = bytes.toByteArray();
    }

    Configuration value() throws IOException {
        Configuration read = new Configuration(false);
        read.readFields(new DataInputStream(new ByteArrayInputStream(written)));
        return read;
    }
}
