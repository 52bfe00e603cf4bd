package org.normscope.tensor;

/**
 * One file of a checkpoint.
 *
 * @param name path below the checkpoint, as the report shows it
 * @param location what {@code Storage.open} takes
 * @param bytes length of the file
 * @param headerSha256 SHA-256 of the bytes that describe the tensors, 64 hexadecimal digits
 */
public record CheckpointFile(String name, String location, long bytes, String headerSha256) {}
