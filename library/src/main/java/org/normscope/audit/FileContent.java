package org.normscope.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/**
 * What a file really is, by its first bytes: extensions lie.
 *
 * @param head the first bytes, as ISO 8859-1 text so that a byte is a character
 * @param length bytes of the whole file
 */
record FileContent(String head, long length) {
    private static final int HEAD_BYTES = 4096;
    private static final int PREFIX_BYTES = 8;
    private static final String EXPORT = "; export to safetensors";

    /** Magic bytes of what nobody reads here, and its name; the first match counts. */
    private static final Map<String, String> MAGIC = new LinkedHashMap<>();

    static {
        MAGIC.put("\u0089HDF\r\n\u001a\n", "HDF5 (Keras)");
        MAGIC.put("\u0080\u0002", "pickle");
        MAGIC.put("\u0080\u0003", "pickle");
        MAGIC.put("\u0080\u0004", "pickle");
        MAGIC.put("\u0080\u0005", "pickle");
        MAGIC.put("\u001f\u008b", "gzip archive; unpack it");
        MAGIC.put("BZh", "bzip2 archive; unpack it");
        MAGIC.put("\u00fd7zXZ", "xz archive; unpack it");
        MAGIC.put("\u0028\u00b5\u002f\u00fd", "zstd archive; unpack it");
    }

    static FileContent begin(Storage storage, String location) throws IOException {
        try (RangeReader in = storage.open(location)) {
            byte[] head = new byte[(int) Math.min(HEAD_BYTES, in.length())];
            in.readFully(0, head, 0, head.length);
            return new FileContent(new String(head, StandardCharsets.ISO_8859_1), in.length());
        }
    }

    /** What the file is, and what to do, if it is known not to be a safetensors file. */
    Optional<String> foreign() {
        return noWeights()
                .or(() -> looksLikeSafetensors() ? Optional.empty() : archive().or(this::otherFormat));
    }

    /** What the file is, and what to do, if nobody's weights can be in it. */
    Optional<String> noWeights() {
        if (length == 0) {
            return Optional.of("the file is empty; download it again");
        }
        return looksLikeSafetensors() ? Optional.empty() : downloadGoneWrong();
    }

    /** A plausible header length and the brace behind it: by chance it can begin like an archive (N = 0x88b1f). */
    private boolean looksLikeSafetensors() {
        return head.length() > PREFIX_BYTES && head.startsWith("\0\0\0\0", 4) && head.charAt(PREFIX_BYTES) == '{';
    }

    private Optional<String> downloadGoneWrong() {
        if (head.startsWith("version https://git-lfs")) {
            return Optional.of("is a Git LFS pointer, not the weights; run 'git lfs pull' in its repository");
        }
        String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3).strip() : head.strip();
        if (text.startsWith("<")) {
            return Optional.of(
                    "is an HTML or XML page, not a checkpoint: a login or error page was saved in place of the"
                            + " weights; download it again");
        }
        if (head.length() > PREFIX_BYTES && head.chars().allMatch(c -> c == 0)) {
            return Optional.of(
                    "begins with " + head.length() + " zero bytes: an unfinished download; download it again");
        }
        return Optional.empty();
    }

    private Optional<String> archive() {
        if (!head.startsWith("PK\u0003\u0004") && !head.startsWith("PK\u0005\u0006")) {
            return Optional.empty();
        }
        return unsupported("zip archive");
    }

    private Optional<String> otherFormat() {
        for (Map.Entry<String, String> magic : MAGIC.entrySet()) {
            if (head.startsWith(magic.getKey())) {
                return unsupported(magic.getValue());
            }
        }
        boolean tar = head.startsWith("ustar", 257);
        return tar ? unsupported("tar archive; unpack it") : Optional.empty();
    }

    private static Optional<String> unsupported(String format) {
        return Optional.of("unsupported format: " + format + EXPORT);
    }
}
