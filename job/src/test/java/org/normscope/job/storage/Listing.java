package org.normscope.job.storage;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;

/** What ListObjectsV2 answers, on one page. */
final class Listing {
    private Listing() {}

    /** Objects whose keys begin with {@code prefix}; those with a {@code delimiter} behind it as common prefixes. */
    static String of(Map<String, byte[]> objects, Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        StringBuilder contents = new StringBuilder();
        TreeSet<String> folders = new TreeSet<>();
        int keys = 0;
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            String key = object.getKey();
            int end = delimiter.isEmpty() || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length());
            if (end >= 0) {
                folders.add(key.substring(0, end + 1));
            } else if (key.startsWith(prefix)) {
                contents.append(entry(key, object.getValue().length));
                keys++;
            }
        }
        for (String folder : folders) {
            contents.append("<CommonPrefixes><Prefix>").append(encoded(folder)).append("</Prefix></CommonPrefixes>");
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><Name>" + S3Server.BUCKET
                + "</Name><EncodingType>url</EncodingType><KeyCount>" + (keys + folders.size())
                + "</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>" + contents
                + "</ListBucketResult>";
    }

    private static String entry(String key, int bytes) {
        return "<Contents><Key>" + encoded(key) + "</Key><LastModified>2025-11-01T00:00:00.000Z</LastModified><Size>"
                + bytes + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8);
    }
}
