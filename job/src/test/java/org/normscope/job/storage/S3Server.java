package org.normscope.job.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * An S3 server in this process, on the loopback address, with one bucket in memory: HEAD, GET with ranges, PUT (also in signed chunks),
 * copies, lists, DELETE. It looks who asks, doesn't check signatures, and counts the bytes that it delivers.
 */
public final class S3Server implements AutoCloseable {
    /** The bucket. */
    public static final String BUCKET = "models";

    private static final String ACCESS_KEY = "reader";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Deliveries deliveries = new Deliveries();
    private final AtomicInteger gets = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile int refusedEvery = Integer.MAX_VALUE;

    private S3Server(HttpServer server) {
        this.server = server;
    }

    /** Starts a server with an empty bucket. */
    public static S3Server start() throws IOException {
        // Else header and body of an answer wait for each other, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        S3Server s3 = new S3Server(http);
        http.setExecutor(s3.threads);
        http.createContext("/", s3::handle);
        http.start();
        return s3;
    }

    /** The variables under which every tool of Amazon's reaches it. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                endpoint(),
                "AWS_REGION",
                "us-east-1",
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                "secret");
    }

    private String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The Hadoop settings under which it is reached. */
    public Map<String, String> settings() {
        return Map.of(
                "fs.s3a.endpoint", endpoint(),
                "fs.s3a.endpoint.region", "us-east-1",
                "fs.s3a.path.style.access", "true",
                "fs.s3a.access.key", ACCESS_KEY,
                "fs.s3a.secret.key", "secret",
                "fs.s3a.retry.throttle.interval", "20ms");
    }

    /** Copies the files of a folder into the bucket; returns the folder's location there. */
    public String upload(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                objects.put(prefix + "/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        return "s3a://" + BUCKET + "/" + prefix;
    }

    /** The objects by their keys; what is put here is in the bucket. */
    public Map<String, byte[]> objects() {
        return objects;
    }

    /** From now on answers one GET in {@code count} with 503 SlowDown. */
    public void refuseOneGetIn(int count) {
        refusedEvery = count;
    }

    /** GETs answered with 503 so far. */
    public int refusals() {
        return refusals.get();
    }

    /** What was delivered so far. */
    public Deliveries deliveries() {
        return deliveries;
    }

    private void handle(HttpExchange call) throws IOException {
        try (call) {
            String path = call.getRequestURI().getPath();
            String bucket = path.split("/", 3)[1];
            String key = path.length() > bucket.length() + 2 ? path.substring(bucket.length() + 2) : "";
            if (!isKnown(call)) {
                refuse(call, 403, "InvalidAccessKeyId");
            } else if (!bucket.equals(BUCKET)) {
                refuse(call, 404, "NoSuchBucket");
            } else {
                answer(call, key);
            }
        }
    }

    private static boolean isKnown(HttpExchange call) {
        return String.valueOf(call.getRequestHeaders().getFirst("Authorization"))
                .contains("Credential=" + ACCESS_KEY + "/");
    }

    private void answer(HttpExchange call, String key) throws IOException {
        switch (call.getRequestMethod()) {
            case "HEAD" -> head(call, key);
            case "GET" -> get(call, key);
            case "PUT" -> put(call, key);
            case "DELETE" -> {
                objects.remove(key);
                call.sendResponseHeaders(204, -1);
            }
            default -> refuse(call, 501, "NotImplemented");
        }
    }

    private void head(HttpExchange call, String key) throws IOException {
        byte[] object = objects.get(key);
        if (object == null && !key.isEmpty()) {
            call.sendResponseHeaders(404, -1);
            return;
        }
        describe(call, object == null ? new byte[0] : object);
        call.sendResponseHeaders(200, -1);
    }

    private static void describe(HttpExchange call, byte[] object) {
        call.getResponseHeaders().set("Content-Length", String.valueOf(object.length));
        call.getResponseHeaders().set("Last-Modified", "Sat, 01 Nov 2025 00:00:00 GMT");
        call.getResponseHeaders().set("ETag", "\"" + System.identityHashCode(object) + "\"");
    }

    private void get(HttpExchange call, String key) throws IOException {
        if (gets.incrementAndGet() % refusedEvery == 0) {
            refusals.incrementAndGet();
            refuse(call, 503, "SlowDown");
            return;
        }
        byte[] object = objects.get(key);
        if (key.isEmpty()) {
            send(call, 200, Listing.of(objects, query(call)));
        } else if (object == null) {
            refuse(call, 404, "NoSuchKey");
        } else {
            deliver(call, key, object);
        }
    }

    private void deliver(HttpExchange call, String key, byte[] object) throws IOException {
        String range = call.getRequestHeaders().getFirst("Range");
        int from = 0;
        int to = object.length;
        if (range != null) {
            String[] ends = range.substring("bytes=".length()).split("-", -1);
            from = Integer.parseInt(ends[0]);
            to = ends[1].isEmpty() ? to : (int) Math.min(to, Long.parseLong(ends[1]) + 1);
            call.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + object.length);
        }
        describe(call, object);
        call.getResponseHeaders().set("Content-Length", String.valueOf(to - from));
        call.sendResponseHeaders(range == null ? 200 : 206, to - from);
        deliveries.add(key, from, to);
        try (OutputStream out = call.getResponseBody()) {
            out.write(object, from, to - from);
        }
    }

    private void put(HttpExchange call, String key) throws IOException {
        String source = call.getRequestHeaders().getFirst("x-amz-copy-source");
        if (source != null) {
            String name = URLDecoder.decode(source, StandardCharsets.UTF_8).replaceFirst("^/?" + BUCKET + "/", "");
            objects.put(key, objects.get(name));
            send(call, 200, "<CopyObjectResult><ETag>\"0\"</ETag></CopyObjectResult>");
            return;
        }
        byte[] body = call.getRequestBody().readAllBytes();
        String encoding = String.valueOf(call.getRequestHeaders().getFirst("x-amz-content-sha256"));
        objects.put(key, encoding.startsWith("STREAMING-") ? SignedChunks.joined(body) : body);
        call.getResponseHeaders().set("ETag", "\"" + System.identityHashCode(objects.get(key)) + "\"");
        call.sendResponseHeaders(200, -1);
    }

    private static void refuse(HttpExchange call, int status, String code) throws IOException {
        if (call.getRequestMethod().equals("HEAD")) {
            call.sendResponseHeaders(status, -1);
        } else {
            send(call, status, "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
        }
    }

    private static void send(HttpExchange call, int status, String text) throws IOException {
        call.getRequestBody().readAllBytes();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", "application/xml");
        call.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = call.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static Map<String, String> query(HttpExchange call) {
        Map<String, String> values = new HashMap<>();
        String text = call.getRequestURI().getRawQuery();
        for (String pair : text == null ? List.<String>of() : List.of(text.split("&", -1))) {
            String[] parts = pair.split("=", 2);
            values.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
