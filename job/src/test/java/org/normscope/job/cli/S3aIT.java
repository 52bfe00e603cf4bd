package org.normscope.job.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.normscope.job.storage.S3Server;

/** An S3 server in this process that answers every third GET with 503 SlowDown. */
class S3aIT extends RemoteFolderContract {
    private static @Nullable S3Server server;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start();
        server().settings().forEach(RemoteFolderContract::set);
        server().refuseOneGetIn(3);
    }

    @AfterAll
    static void stopServer() {
        server().close();
    }

    private static S3Server server() {
        return requireNonNull(server);
    }

    @AfterEach
    void retriesWereNeeded() {
        assertThat(server().refusals()).isPositive();
    }

    @Override
    String upload(Path from, String name) throws IOException {
        return server().upload(from, name);
    }

    @Override
    String location(String name) {
        return "s3a://" + S3Server.BUCKET + "/" + name;
    }
}
