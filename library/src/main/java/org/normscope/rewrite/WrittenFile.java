package org.normscope.rewrite;

import java.io.Serializable;

/**
 * A file that was written and read back.
 *
 * @param name in its folder
 * @param bytes length
 * @param sha256 of all bytes, 64 hexadecimal digits
 */
public record WrittenFile(String name, long bytes, String sha256) implements Serializable {}
