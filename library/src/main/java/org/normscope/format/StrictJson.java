package org.normscope.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.normscope.storage.BytesReader;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * One JSON document in a byte range of an untrusted file, token by token, in memory that doesn't grow with the document:
 * strict UTF-8, strict grammar, no duplicate keys. Whatever is wrong is a {@link BadCheckpointException} with its byte
 * offset. Only the keys of the objects that are open are held, so callers bound how many they accept.
 */
public final class StrictJson implements Closeable {
    /** Characters of the longest key. */
    public static final int LONGEST_NAME = 1_000_000;

    private static final int LONGEST_TEXT = 100_000;
    private static final int LONGEST_DOCUMENT = 16_000_000;
    private static final int DEEPEST = 100;
    private static final int LONGEST_REASON = 200;
    private static final int MOST_SKIPPED = 100_000;
    private static final Pattern AFTERTHOUGHT =
            Pattern.compile(" \\((start marker|for [A-Z]\\w* starting) at .*", Pattern.DOTALL);

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(LONGEST_DOCUMENT)
                    .maxNestingDepth(DEEPEST)
                    .build())
            .build();

    private final String file;
    private final RangeReader in;
    private final long start;
    private final JsonParser parser;

    private StrictJson(String file, RangeReader in, long start, JsonParser parser) {
        this.file = file;
        this.in = in;
        this.start = start;
        this.parser = parser;
    }

    /**
     * Begins to read; closing the result leaves the file open.
     *
     * @param file its name for messages
     * @param in the open file, at least {@code start + length} bytes long
     * @param start bytes before the document
     * @param length bytes of the document
     */
    public static StrictJson open(String file, RangeReader in, long start, long length) throws IOException {
        return new StrictJson(file, in, start, FACTORY.createParser(new StrictUtf8(in, start, length)));
    }

    /**
     * Goes to the next token, which must exist.
     *
     * @throws BadCheckpointException if the text isn't JSON or ends here
     * @throws IOException if the storage fails
     */
    public JsonToken next() throws BadCheckpointException, IOException {
        JsonToken token = nextOrNone();
        if (token == JsonToken.NOT_AVAILABLE) {
            throw because("wrong JSON: the text ends too early");
        }
        return token;
    }

    /**
     * Goes to the next token and requires what it is.
     *
     * @param what names the value in the message
     */
    public void next(JsonToken expected, String what) throws BadCheckpointException, IOException {
        JsonToken token = next();
        if (token != expected) {
            throw because("%s must be %s, not %s", what, inWords(expected), inWords(token));
        }
    }

    /**
     * Requires that nothing but white space follows.
     *
     * @throws BadCheckpointException if something does
     * @throws IOException if the storage fails
     */
    public void end() throws BadCheckpointException, IOException {
        if (nextOrNone() != JsonToken.NOT_AVAILABLE) {
            throw because("text after the end of the JSON object");
        }
    }

    /**
     * The key at hand, which must be whole Unicode characters.
     *
     * @throws BadCheckpointException if it holds half a surrogate pair
     * @throws IOException if the storage fails
     */
    public String name() throws BadCheckpointException, IOException {
        String name = parser.currentName();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean whole = !Character.isSurrogate(c)
                    || (Character.isHighSurrogate(c)
                            && i + 1 < name.length()
                            && Character.isLowSurrogate(name.charAt(++i)));
            if (!whole) {
                throw because("name %s holds half a surrogate pair, which is not a character", Printable.quoted(name));
            }
        }
        return name;
    }

    /**
     * The string at hand, of bounded length.
     *
     * @throws BadCheckpointException if it is too long or no JSON
     * @throws IOException if the storage fails
     */
    public String text() throws BadCheckpointException, IOException {
        try {
            int length = parser.getTextLength();
            require(length <= LONGEST_TEXT, "a string of %d characters, more than %d", length, LONGEST_TEXT);
            return parser.getText();
        } catch (IOException e) {
            throw rejection(e);
        }
    }

    /**
     * The string at hand, if it isn't too long.
     *
     * @param longest characters
     * @throws BadCheckpointException if it is no JSON
     * @throws IOException if the storage fails
     */
    public Optional<String> textUpTo(long longest) throws BadCheckpointException, IOException {
        try {
            return parser.getTextLength() <= longest ? Optional.of(parser.getText()) : Optional.empty();
        } catch (IOException e) {
            throw rejection(e);
        }
    }

    /**
     * The JSON document that the string at hand holds, which may be longer than other strings; in messages its bytes are counted by
     * themselves. Closing it leaves this one open.
     *
     * @param what names it in messages
     * @throws BadCheckpointException if the string is too long or no JSON
     * @throws IOException if the storage fails
     */
    public StrictJson document(String what) throws BadCheckpointException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer utf8 = new OutputStreamWriter(bytes, StandardCharsets.UTF_8.newEncoder())) {
            parser.getText(utf8);
        } catch (CharacterCodingException e) {
            throw because("%s holds half a surrogate pair, which is not a character", what);
        } catch (IOException e) {
            throw rejection(e);
        }
        BytesReader document = new BytesReader(bytes.toByteArray());
        return open(file + ", " + what, document, 0, document.length());
    }

    /**
     * The integer at hand, 0 to 2^63 - 1, written in digits only.
     *
     * @param what names the value in the message
     * @throws BadCheckpointException if the token is anything else
     * @throws IOException if the storage fails
     */
    public long natural(String what) throws BadCheckpointException, IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw because("%s must be a non-negative integer, not %s", what, inWords(token));
        }
        try {
            // "-0" is a number in JSON, but no size.
            boolean negative = parser.getText().startsWith("-");
            if (negative || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw because(
                        "%s is %s, outside 0 to 2^63 - 1",
                        what, Printable.quoted(parser.getText()).replace("'", ""));
            }
            return parser.getLongValue();
        } catch (IOException e) {
            throw rejection(e);
        }
    }

    /**
     * Passes over the value that begins with the token at hand, whatever it is, up to a bounded number of tokens.
     *
     * @throws BadCheckpointException if it is too deep, too long or no JSON
     * @throws IOException if the storage fails
     */
    public void skip() throws BadCheckpointException, IOException {
        int depth = parser.currentToken().isStructStart() ? 1 : 0;
        for (int tokens = 1; depth > 0; tokens++) {
            require(tokens < MOST_SKIPPED, "a value of more than %d parts, of which none is needed", MOST_SKIPPED);
            JsonToken token = next();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    /** The rejection that points to the token at hand. */
    public BadCheckpointException because(String format, Object... arguments) throws IOException {
        return at(parser.currentTokenLocation()).because(format, arguments);
    }

    /** Does nothing if the condition holds, else throws {@link #because}. */
    public void require(boolean condition, String format, Object... arguments)
            throws BadCheckpointException, IOException {
        if (!condition) {
            throw because(format, arguments);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    /** The next token, or {@code NOT_AVAILABLE} behind the last one. */
    private JsonToken nextOrNone() throws BadCheckpointException, IOException {
        try {
            JsonToken token = parser.nextToken();
            return token == null ? JsonToken.NOT_AVAILABLE : token;
        } catch (IOException e) {
            throw rejection(e);
        }
    }

    private BadCheckpointException rejection(IOException failure) throws IOException {
        if (failure instanceof StrictUtf8.NotUtf8Exception e) {
            return new Position(file, e.offset()).because("the text is not UTF-8");
        }
        if (failure instanceof JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            return at(location == null ? parser.currentLocation() : location).because("wrong JSON: %s", reason(e));
        }
        throw failure;
    }

    private static String reason(JsonProcessingException e) {
        String said =
                AFTERTHOUGHT.matcher(String.valueOf(e.getOriginalMessage())).replaceFirst("");
        if (said.startsWith("Unexpected end-of-input")) {
            return "the text ends too early";
        }
        return said.length() <= LONGEST_REASON ? said : said.substring(0, LONGEST_REASON) + "…";
    }

    private Position at(JsonLocation location) throws IOException {
        return new Position(file, StrictUtf8.byteOffset(in, start, Math.max(0, location.getCharOffset())));
    }

    private static String inWords(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a number";
            case VALUE_NUMBER_FLOAT -> "a number with fraction or exponent";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "the end of a value";
        };
    }
}
