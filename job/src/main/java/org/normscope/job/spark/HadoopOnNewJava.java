package org.normscope.job.spark;

import java.io.IOException;
import org.apache.hadoop.util.VersionInfo;

/** From Java 24 on Hadoop works from 3.4.3 on: before, it asks for a subject that the JDK no longer knows. */
final class HadoopOnNewJava {
    private HadoopOnNewJava() {}

    static void require() throws IOException {
        require(Runtime.version().feature(), VersionInfo.getVersion());
    }

    static void require(int java, String hadoop) throws IOException {
        if (java >= 24 && !isAtLeast343(hadoop)) {
            throw new IOException("this Spark brings Hadoop " + hadoop + ", which doesn't work on Java " + java
                    + "; use a JDK 17 or 21, or put hadoop-client 3.4.3 into its jars");
        }
    }

    private static boolean isAtLeast343(String version) {
        String[] parts = version.split("[.-]");
        long number = 0;
        for (int i = 0; i < 3; i++) {
            number =
                    number * 1000 + (i < parts.length && parts[i].matches("\\d{1,3}") ? Integer.parseInt(parts[i]) : 0);
        }
        return number >= 3_004_003;
    }
}
