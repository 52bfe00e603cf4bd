package org.normscope.storage.hadoop;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every failure that users cause by a missing jar or setting is one line with the location and what to set. */
class HadoopFailureTest {
    private static final String S3 = "s3a://bucket/m";
    private static final String HDFS = "hdfs://nn/m";

    static Stream<Arguments> failures() {
        return Stream.of(
                failure(
                        S3,
                        new RuntimeException(
                                new ClassNotFoundException("Class org.apache.hadoop.fs.s3a.S3AFileSystem")),
                        "--packages org.apache.hadoop:hadoop-aws:3."),
                failure(S3, new NoClassDefFoundError("software/amazon/awssdk/core"), "add hadoop-aws and its AWS SDK"),
                failure(
                        "abfs://a/b",
                        new UnsupportedFileSystemException("No FileSystem"),
                        "is called abfs; hdfs: and s3a:"),
                failure("s3://a/b", new UnsupportedFileSystemException("No FileSystem"), "write s3a://"),
                failure(S3, denied(new NoAuthWithAWSException("none")), "no AWS credentials; set AWS_ACCESS_KEY_ID"),
                failure(S3, denied(new IOException("403")), "access denied; check the credentials"),
                failure(S3, new UnknownStoreException("404"), "no such bucket"),
                failure(S3, new AWSRedirectException("301"), "set fs.s3a.endpoint.region"),
                failure(
                        S3,
                        new IOException("init: Unable to load region from any\nof"),
                        "no region; set fs.s3a.endpoint.region"),
                failure(
                        S3,
                        new IOException(new SSLException("not TLS")),
                        "(not TLS); begin fs.s3a.endpoint with http://"),
                failure(
                        S3,
                        new IOException(new UnknownHostException("minio: unknown")),
                        "unknown host minio; check fs.s3a"),
                failure(
                        HDFS,
                        new IllegalArgumentException(new UnknownHostException("nn")),
                        "host nn; check the name, or set HADOOP_CONF_DIR"),
                failure(HDFS, new ConnectException("Connection refused"), "refused; check host and port"),
                failure(
                        S3,
                        new IOException(new SocketTimeoutException("15 s")),
                        "no answer (15 s); check fs.s3a.endpoint"),
                failure(S3, new AWSServiceThrottledException("503"), "too busy"),
                failure(
                        HDFS,
                        new IOException("Permission denied: user=u\n\tat a stack"),
                        ": Permission denied: user=u"),
                failure(HDFS, new IllegalStateException(), ": IllegalStateException"));
    }

    private static Arguments failure(String location, Throwable thrown, String words) {
        return Arguments.of(location, thrown, words);
    }

    private static IOException denied(IOException cause) {
        AccessDeniedException denied = new AccessDeniedException("bucket");
        denied.initCause(cause);
        return denied;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void isOneLineThatSaysWhatToSet(String location, Throwable thrown, String words) {
        assertThatIOException()
                .isThrownBy(() -> HadoopFailure.explained(location, () -> fail(thrown)))
                .withMessageStartingWith(location + ": ")
                .withMessageContaining(words)
                .withMessageNotContainingAny("\n")
                .withCause(thrown);
    }

    @Test
    void whatIsNotThereStaysWhatItIs() {
        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> HadoopFailure.explained(S3, () -> fail(new FileNotFoundException("gone"))))
                .withMessage("gone");
    }

    private static Object fail(Throwable thrown) throws IOException {
        if (thrown instanceof IOException io) {
            throw io;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    /** Named as S3A names its own. */
    private static final class NoAuthWithAWSException extends IOException {
        NoAuthWithAWSException(String message) {
            super(message);
        }
    }

    private static final class UnknownStoreException extends IOException {
        UnknownStoreException(String message) {
            super(message);
        }
    }

    private static final class AWSRedirectException extends IOException {
        AWSRedirectException(String message) {
            super(message);
        }
    }

    private static final class AWSServiceThrottledException extends IOException {
        AWSServiceThrottledException(String message) {
            super(message);
        }
    }
}
