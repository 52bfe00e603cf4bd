package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.util.VersionInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name node and a data node in this process; blocks of 1 MB, so that tensors lie in many. */
class HdfsIT extends RemoteFolderContract {
    /** The version whose cluster Maven Central has. */
    private static final String TESTABLE = "3.4.2";

    @TempDir
    private static Path disks;

    private static @Nullable MiniDFSCluster cluster;
    private static String root = "";

    @BeforeAll
    static void startCluster() throws IOException {
        if (!VersionInfo.getVersion().equals(TESTABLE)) {
            System.err.println(
                    "!!! SKIPPED: HdfsIT: there is no hadoop-client-minicluster " + VersionInfo.getVersion());
            Assumptions.abort("no hadoop-client-minicluster " + VersionInfo.getVersion());
        }
        Configuration configuration = new Configuration();
        configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, disks.toString());
        configuration.set("dfs.blocksize", "1m");
        configuration.set("dfs.replication", "1");
        configuration.set("dfs.client.block.write.replace-datanode-on-failure.enable", "false");
        MiniDFSCluster started =
                new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        cluster = started;
        root = started.getURI() + "/models/";
        set("dfs.blocksize", "1m");
        set("dfs.replication", "1");
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.shutdown();
        }
    }

    @Override
    String upload(Path from, String name) throws IOException {
        org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(location(name));
        Configuration configuration = new Configuration();
        configuration.set("dfs.blocksize", "1m");
        configuration.set("dfs.replication", "1");
        try (FileSystem files = FileSystem.newInstance(to.toUri(), configuration);
                Stream<Path> local = Files.list(from)) {
            files.mkdirs(to);
            for (Path file : local.filter(Files::isRegularFile).toList()) {
                files.copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), to);
            }
        }
        return location(name);
    }

    @Override
    String location(String name) {
        return root + name;
    }

    @Test
    void unknownAndSilentHostsAreOneLine() {
        assertThat(Cli.run("audit", "hdfs://nosuchhost.invalid/m"))
                .isEqualTo(new Cli(
                        3,
                        "",
                        "normscope: hdfs://nosuchhost.invalid/m: unknown host nosuchhost.invalid; check the name, or set"
                                + " HADOOP_CONF_DIR to the folder whose hdfs-site.xml knows it\n"));
        set("ipc.client.connect.max.retries", "1");
        assertThat(Cli.run("audit", "hdfs://127.0.0.1:1/m"))
                .isEqualTo(new Cli(
                        3,
                        "",
                        "normscope: hdfs://127.0.0.1:1/m: Connection refused; check host and port, and that the server"
                                + " runs\n"));
    }
}
