package org.normscope.audit.pass;

/** What to say of a matrix that the heap of its process could not hold. */
final class HeapShortage {
    private HeapShortage() {}

    /** One line: what ran out, and what to set. */
    static String advice(String tensor) {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        return tensor + ": out of memory with a heap of " + heap + " MB; give it more (NORMSCOPE_JAVA_OPTS=-Xmx8g, on a"
                + " cluster spark.executor.memory=8g), or use smaller --block-bytes";
    }
}
