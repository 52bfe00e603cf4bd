package org.normscope.storage.hadoop;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.util.VersionInfo;

/**
 * What the failure of a Hadoop file system means, in one line that says what to set. Exceptions of connectors are known by their
 * names: a connector may be absent, and then its exceptions are too.
 */
public final class HadoopFailure {
    private static final int DEEPEST = 20;

    private static final List<Meaning> MEANINGS = List.of(
            new Meaning(Set.of("ClassNotFoundException", "NoClassDefFoundError"), HadoopFailure::missingClass),
            new Meaning(Set.of("UnsupportedFileSystemException"), HadoopFailure::unknownScheme),
            new Meaning(
                    Set.of("NoAuthWithAWSException", "CredentialInitializationException"),
                    found ->
                            "no AWS credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or fs.s3a.access.key and"
                                    + " fs.s3a.secret.key; for public data set fs.s3a.aws.credentials.provider to"
                                    + " org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider"),
            new Meaning(
                    Set.of("UnknownStoreException", "NoSuchBucketException"),
                    found -> "there is no such bucket; check its name, and fs.s3a.endpoint"),
            new Meaning(
                    Set.of("AWSRedirectException"),
                    found -> "the bucket lies in another region; set fs.s3a.endpoint.region"),
            new Meaning(
                    Set.of("AccessDeniedException"),
                    found -> "access denied; check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
                            + " fs.s3a.access.key and fs.s3a.secret.key) and what they may do"),
            new Meaning(
                    Set.of("SSLException", "SSLHandshakeException", "SSLPeerUnverifiedException"),
                    found -> "no secure connection (" + found.detail()
                            + "); begin fs.s3a.endpoint with http:// if the server speaks no TLS"),
            new Meaning(Set.of("UnknownHostException"), HadoopFailure::unknownHost),
            new Meaning(
                    Set.of("ConnectException", "NoRouteToHostException"),
                    found -> found.detail() + "; check " + found.address() + ", and that the server runs"),
            new Meaning(
                    Set.of("SocketTimeoutException", "ConnectTimeoutException"),
                    found -> "no answer (" + found.detail() + "); check " + found.address()
                            + ", and that the network lets this machine reach it"),
            new Meaning(
                    Set.of("AWSServiceThrottledException"),
                    found -> "the store is too busy: it refused every try; try again later"));

    private HadoopFailure() {}

    /** Something that Hadoop does. */
    public interface Operation<T> {
        /**
         * Does it.
         *
         * @throws IOException if the file system fails
         */
        T run() throws IOException;
    }

    /**
     * Does something at a location.
     *
     * @throws FileNotFoundException as Hadoop throws it
     * @throws EOFException as Hadoop throws it
     * @throws IOException for all else that Hadoop throws, unchecked exceptions and linkage errors too; its message names the location
     */
    public static <T> T explained(String location, Operation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (FileNotFoundException | EOFException e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new IOException(message(location, e), e);
        }
    }

    private static String message(String location, Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = failure; each != null && chain.size() < DEEPEST; each = each.getCause()) {
            chain.add(each);
        }
        for (Meaning meaning : MEANINGS) {
            // The deepest one has the plainest words.
            for (int i = chain.size() - 1; i >= 0; i--) {
                if (meaning.exceptions().contains(chain.get(i).getClass().getSimpleName())) {
                    return location + ": " + meaning.words().apply(new Found(location, firstLine(chain.get(i))));
                }
            }
        }
        String said = firstLine(failure);
        if (said.contains("Unable to load region")) {
            return location + ": no region; set fs.s3a.endpoint.region, such as us-east-1";
        }
        return said.startsWith(location + ":") ? said : location + ": " + said;
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }

    private static String missingClass(Found found) {
        if (!found.isS3()) {
            return "the class path lacks a class: " + found.detail();
        }
        return "the class path has no S3A, or not all of it (" + found.detail() + "); add hadoop-aws and its AWS SDK:"
                + " spark-submit --packages org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion();
    }

    private static String unknownScheme(Found found) {
        String scheme = found.location().substring(0, found.location().indexOf(':'));
        return scheme.equals("s3") || scheme.equals("s3n")
                ? "write s3a:// in place of " + scheme + "://"
                : "no file system of the class path is called " + scheme
                        + "; hdfs: and s3a: are, for others add their jars";
    }

    private static String unknownHost(Found found) {
        String host = found.detail().split("[:\\s]", 2)[0];
        return "unknown host " + host
                + (found.isS3()
                        ? "; check fs.s3a.endpoint, and set fs.s3a.path.style.access=true if buckets aren't host names there"
                        : "; check the name, or set HADOOP_CONF_DIR to the folder whose hdfs-site.xml knows it");
    }

    private record Meaning(Set<String> exceptions, Function<Found, String> words) {}

    /** An exception with a meaning: where it happened, and what it says. */
    private record Found(String location, String detail) {
        boolean isS3() {
            return location.startsWith("s3a:");
        }

        String address() {
            return isS3() ? "fs.s3a.endpoint" : "host and port";
        }
    }
}
