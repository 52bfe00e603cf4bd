package org.normscope.job.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A Spark master and two workers on the loopback address, from the jars that Maven fetched; no Spark distribution needed. */
final class StandaloneCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    /** Two names of the loopback: Spark runs no speculative copy on the host of the first. */
    private static final Map<String, String> WORKERS = Map.of("worker-1", HOST, "worker-2", "localhost");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Process> processes = new ArrayList<>();
    private final Path root;
    private final Path scratch;
    private final String ownJar;
    private final String classPath;
    private final int port;

    private StandaloneCluster(Path root, Path scratch) throws IOException {
        this.root = root;
        this.scratch = scratch;
        String runtime =
                Files.readString(root.resolve("job/target/runtime.classpath")).trim();
        Set<String> s3a = Set.of(
                Files.readString(root.resolve("job/target/runtime.s3a")).trim().split(",", -1));
        // The first entry is our own jar, which spark-submit must bring, and so it must what no Spark has.
        ownJar = runtime.substring(0, runtime.indexOf(':'));
        classPath = Arrays.stream(runtime.split(":", -1))
                .skip(1)
                .filter(jar -> !s3a.contains(jar))
                .collect(Collectors.joining(":"));
        port = freePort();
    }

    /**
     * Starts a cluster and waits until both workers are there.
     *
     * @param root the repository, built
     * @param scratch for logs and work folders
     */
    static StandaloneCluster start(Path root, Path scratch) throws IOException, InterruptedException {
        StandaloneCluster cluster = new StandaloneCluster(root, scratch);
        try {
            cluster.launch(
                    "master",
                    "org.apache.spark.deploy.master.Master",
                    "--host",
                    HOST,
                    "--port",
                    String.valueOf(cluster.port));
            cluster.awaitPort();
            for (String worker : WORKERS.keySet()) {
                cluster.launch(
                        worker,
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        WORKERS.get(worker),
                        "--cores",
                        "1",
                        "--memory",
                        "1g",
                        cluster.url());
            }
            for (String worker : WORKERS.keySet()) {
                cluster.awaitLine(worker, "Successfully registered with master");
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** What {@code --master} takes. */
    String url() {
        return "spark://" + HOST + ":" + port;
    }

    /** What {@code spark.executor.extraClassPath} takes if executors need classes of the tests. */
    String classPathOfTests() {
        return ownJar + ":" + root.resolve("job/target/test-classes");
    }

    private void launch(String name, String main, String... arguments) throws IOException {
        Path home = scratch.resolve("spark-home");
        Files.createDirectories(home.resolve("jars"));
        Path log4j = scratch.resolve("log4j2.properties");
        Files.writeString(log4j, """
                rootLogger.level = info
                rootLogger.appenderRef.stderr.ref = stderr
                appender.stderr.type = Console
                appender.stderr.name = stderr
                appender.stderr.target = SYSTEM_ERR
                appender.stderr.layout.type = PatternLayout
                appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
                """);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dlog4j2.configurationFile=" + log4j,
                "-cp",
                classPath,
                main,
                "--webui-port",
                "0"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        HOST,
                        "SPARK_WORKER_DIR",
                        scratch.resolve(name + "-work").toString(),
                        "SPARK_DIST_CLASSPATH",
                        classPath));
        builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
        processes.add(builder.start());
    }

    private Path log(String name) {
        return scratch.resolve(name + ".log");
    }

    private void awaitPort() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(HOST, port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                Thread.sleep(200);
            }
        }
        throw new IOException("the master doesn't listen:\n" + Files.readString(log("master")));
    }

    private void awaitLine(String name, String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (Files.readString(log(name)).contains(text)) {
                return;
            }
            Thread.sleep(200);
        }
        throw new IOException("no '" + text + "':\n" + Files.readString(log(name)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
