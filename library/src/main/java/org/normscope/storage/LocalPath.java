package org.normscope.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** How a location on this machine is written: a plain path as it is, or a {@code file:} URI with percent escapes. */
final class LocalPath {
    private static final String SCHEME = "file:";
    private static final Pattern OTHER_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

    private LocalPath() {}

    static boolean isUri(String location) {
        return location.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    static boolean isLocal(String location) {
        return isUri(location) || !OTHER_SCHEME.matcher(location).matches();
    }

    static Path of(String location) throws IOException {
        String path = isUri(location) ? pathOfUri(location) : location;
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IOException(
                    location + ": this JVM can't name such a file (" + e.getReason()
                            + "); a name with letters beyond ASCII needs a UTF-8 locale: set LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static String pathOfUri(String location) throws IOException {
        String rest = location.substring(SCHEME.length());
        if (rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
            if (!host.isEmpty() && !host.equals("localhost")) {
                throw new IOException(location + ": names another machine, " + host + "; write file:///path");
            }
            rest = slash < 0 ? "/" : rest.substring(slash);
        }
        if (!rest.startsWith("/")) {
            throw new IOException(location + ": a file: location needs an absolute path; leave out 'file:' otherwise");
        }
        try {
            return decode(rest);
        } catch (CharacterCodingException e) {
            throw new IOException(location + ": a wrong percent escape; write % itself as %25", e);
        }
    }

    static String decodeOrKeep(String text) {
        try {
            return decode(text);
        } catch (CharacterCodingException e) {
            return text;
        }
    }

    private static String decode(String text) throws CharacterCodingException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '%') {
                bytes.write(escaped(text, i));
                i += 3;
            } else {
                int next = text.indexOf('%', i) < 0 ? text.length() : text.indexOf('%', i);
                bytes.writeBytes(text.substring(i, next).getBytes(StandardCharsets.UTF_8));
                i = next;
            }
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString();
    }

    private static int escaped(String text, int percent) throws CharacterCodingException {
        int high = percent + 2 < text.length() ? Character.digit(text.charAt(percent + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(percent + 2), 16);
        if (low < 0) {
            throw new CharacterCodingException();
        }
        return high * 16 + low;
    }
}
