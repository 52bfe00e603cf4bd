package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.job.storage.S3Server;
import org.normscope.testing.SafetensorsBytes;

/** Calls that can't succeed, each with a file system of its own settings. */
class S3aMistakesIT {
    private static final String CHECKPOINT = "s3a://" + S3Server.BUCKET + "/m";

    private S3Server server;

    @BeforeEach
    void startServer() throws IOException {
        server = S3Server.start();
        server.settings().forEach(RemoteFolderContract::set);
        RemoteFolderContract.set("fs.s3a.impl.disable.cache", "true");
        RemoteFolderContract.set("fs.s3a.retry.limit", "1");
    }

    @AfterEach
    void stopServer() throws IOException {
        RemoteFolderContract.forgetFileSystems();
        server.close();
    }

    @Test
    void aBucketThatIsNotThereIsOneLine() {
        String line = "there is no such bucket; check its name, and fs.s3a.endpoint\n";
        assertThat(Cli.run("audit", "s3a://none/m")).isEqualTo(new Cli(3, "", "normscope: s3a://none/m: " + line));
        server.objects().put("m/model.safetensors", SafetensorsBytes.oneMatrix("w"));
        assertThat(Cli.run("audit", CHECKPOINT, "--out", "s3a://none/m"))
                .isEqualTo(new Cli(3, "", "normscope: s3a://none/m/audit-1.journal: " + line));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fs.s3a.access.key | thief | access denied; check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or fs.s3a.access.key and fs.s3a.secret.key) and what they may do
            fs.s3a.endpoint | http://nosuchhost.invalid | unknown host nosuchhost.invalid; check fs.s3a.endpoint, and set fs.s3a.path.style.access=true if buckets aren't host names there
            fs.s3a.endpoint | http://127.0.0.1:1 | Connection refused; check fs.s3a.endpoint, and that the server runs
            """)
    void aWrongSettingIsOneLineThatNamesIt(String key, String value, String line) {
        RemoteFolderContract.set(key, value);
        assertThat(Cli.run("audit", CHECKPOINT))
                .isEqualTo(new Cli(3, "", "normscope: " + CHECKPOINT + ": " + line + "\n"));
    }
}
