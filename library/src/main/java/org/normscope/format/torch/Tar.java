package org.normscope.format.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The members of a tar archive, as Python's {@code tarfile} writes them: ustar headers (POSIX.1-1988), before them pax headers
 * (POSIX.1-2001), of which the size and the path count. Checksums of the headers are verified; the contents are not looked at.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LARGEST_PAX = 1 << 16;
    private static final int MOST_HEADERS = 100;
    private static final String PAX = "x";

    private final String file;
    private final RangeReader in;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private Map<String, String> pax = Map.of();

    private Tar(String file, RangeReader in) {
        this.file = file;
        this.in = in;
    }

    /**
     * A member's content.
     *
     * @param start bytes from the start of the file to it
     * @param end the byte behind it
     */
    record Member(long start, long end) {}

    /** Whether a file that begins so is an archive whose first member has this name; three blocks are enough to tell. */
    static boolean begins(String head, String member) {
        boolean isPax = head.startsWith(PAX, TYPE);
        int header = isPax ? 2 * BLOCK : 0;
        return head.startsWith("ustar", 257) && head.startsWith(member + "\0", header);
    }

    /**
     * The plain files in an archive, by name.
     *
     * @throws BadCheckpointException if a header is damaged, a member ends behind the file, or two have one name
     */
    static Map<String, Member> members(String file, RangeReader in) throws BadCheckpointException, IOException {
        Tar tar = new Tar(file, in);
        long at = 0;
        for (int headers = 0; at < in.length(); headers++) {
            Position here = new Position(file, at);
            here.require(headers < MOST_HEADERS, "an archive of more than %d members, none of torch's", MOST_HEADERS);
            here.require(in.length() - at >= BLOCK, "the header of a member is cut off: truncated, download it again");
            byte[] block = new byte[BLOCK];
            in.readFully(at, block, 0, BLOCK);
            if (isZero(block)) {
                return tar.members;
            }
            at = tar.read(here, new String(block, StandardCharsets.ISO_8859_1));
        }
        return tar.members;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns where the next header begins. */
    private long read(Position here, String block) throws BadCheckpointException, IOException {
        requireWhole(here, block);
        String type = block.substring(TYPE, TYPE + 1);
        long start = here.offset() + BLOCK;
        boolean isPax = type.equals(PAX);
        long size = isPax ? octal(here, block, 124, 12) : size(here, block);
        here.require(
                size <= in.length() - start,
                "a member of %d bytes ends behind the file: truncated, download it again",
                size);
        if (isPax) {
            pax = records(here, start, size);
        } else {
            if (type.equals("0") || type.equals("\0")) {
                String name = pax.getOrDefault("path", field(block, 0, 100));
                here.require(
                        members.put(name, new Member(start, start + size)) == null,
                        "two members are called %s; write the archive again",
                        Printable.quoted(name));
            }
            pax = Map.of();
        }
        long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
        return Math.min(in.length(), start + padded);
    }

    private static void requireWhole(Position here, String block) throws BadCheckpointException {
        long sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? 0 : block.charAt(i);
        }
        here.require(
                octal(here, block, CHECKSUM, 8) == sum,
                "the checksum of a member's header is another; damaged, download it again");
    }

    private long size(Position here, String block) throws BadCheckpointException {
        @Nullable String said = pax.get("size");
        if (said == null) {
            return octal(here, block, 124, 12);
        }
        here.require(said.matches("[0-9]{1,18}"), "a pax header says the size %s, no number", Printable.quoted(said));
        return Long.parseLong(said);
    }

    private static long octal(Position here, String block, int from, int length) throws BadCheckpointException {
        String digits = field(block, from, length).strip();
        here.require(digits.matches("[0-7]{1,12}"), "%s stands where an octal number should", Printable.quoted(digits));
        return Long.parseLong(digits, 8);
    }

    private static String field(String block, int from, int length) {
        String field = block.substring(from, from + length);
        int end = field.indexOf('\0');
        return end < 0 ? field : field.substring(0, end);
    }

    /** {@code LENGTH KEY=VALUE\n}, where the length counts itself. */
    private Map<String, String> records(Position here, long start, long size)
            throws BadCheckpointException, IOException {
        here.require(size <= LARGEST_PAX, "a pax header of %d bytes", size);
        byte[] bytes = new byte[(int) size];
        in.readFully(start, bytes, 0, bytes.length);
        String left = new String(bytes, StandardCharsets.UTF_8);
        Map<String, String> records = new HashMap<>();
        while (!left.isEmpty()) {
            int space = left.indexOf(' ');
            String digits = space < 0 ? "" : left.substring(0, space);
            int length = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
            int equals = left.indexOf('=');
            here.require(
                    length <= left.length() && equals > space && equals < length - 1 && left.charAt(length - 1) == '\n',
                    "a pax header that is damaged; download it again");
            records.put(left.substring(space + 1, equals), left.substring(equals + 1, length - 1));
            left = left.substring(length);
        }
        return records;
    }
}
