package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes arrays of numpy's. */
public final class NumpyBytes {
    private NumpyBytes() {}

    /**
     * An array.
     *
     * @param version 1, 2 or 3
     * @param order False for C, True for Fortran
     */
    public static byte[] npy(int version, String descr, String order, String shape, byte[] data) {
        String header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        out.write(version);
        out.write(0);
        out.writeBytes(GgufBytes.number(version == 1 ? 2 : 4, header.length()));
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        return out.toByteArray();
    }
}
