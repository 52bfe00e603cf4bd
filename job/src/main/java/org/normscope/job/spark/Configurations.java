package org.normscope.job.spark;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.normscope.job.engine.Installation;

/** The Spark configuration of an audit: what spark-submit passed on, or else the installation's own defaults. */
final class Configurations {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)])?");
    /** Attempts per task with a local master, as on a cluster; Spark's own default there is one. */
    private static final int ATTEMPTS = 4;

    private Configurations() {}

    static SparkConf of(@Nullable String master) throws IOException {
        SparkConf conf = new SparkConf();
        Installation.sparkDefaults().forEach(conf::setIfMissing);
        conf.setIfMissing("spark.app.name", "normscope");
        if (master != null) {
            conf.setIfMissing("spark.master", master);
        }
        conf.setIfMissing("spark.master", "local[*]");
        conf.set("spark.master", withRetries(conf.get("spark.master")));
        return conf;
    }

    /** {@code local[2]} becomes {@code local[2,4]}: two threads, and a failed task is tried again. */
    static String withRetries(String master) {
        Matcher local = LOCAL.matcher(master);
        if (!local.matches()) {
            return master;
        }
        String threads = local.group(1) == null ? "1" : local.group(1);
        return "local[" + threads + "," + ATTEMPTS + "]";
    }

    /** What a user wrote who gets {@link #withRetries}: {@code local[2,4]} is {@code local[2]} again. */
    static String withoutRetries(String master) {
        return master.replaceFirst("^local\\[([^,]+)," + ATTEMPTS + "]$", "local[$1]");
    }
}
