package org.normscope.format;

/**
 * A member of a zip archive, as its central directory says and its local header confirms.
 *
 * @param name with slashes between folders
 * @param isDeflated whether the bytes are a deflate stream; else they are the member itself
 * @param crc CRC-32 of the member
 * @param offset of the member's bytes in the file that holds the archive
 * @param stored bytes that they take there
 * @param size bytes of the member
 */
public record ZipEntry(String name, boolean isDeflated, long crc, long offset, long stored, long size) {}
