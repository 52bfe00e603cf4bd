package org.normscope.format.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.EmbeddedFormat;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;

/**
 * A file of PyTorch's, whatever its name: a zip archive (since 1.6; archives of TorchScript and zip archives that hold such archives too),
 * or a stream of pickles (before), or a tar archive of pickles (0.1). Only what describes the tensors is read.
 */
public final class TorchFormat implements CheckpointFormat, EmbeddedFormat {
    private static final String ZIP = "PK\u0003\u0004";
    private static final int HEAD = 256;
    private static final int TAR_HEAD = 1536;
    private static final String EMPTY_ZIP = "PK\u0005\u0006";

    private final Unpickler unpickler;
    private final Unpickler ofTars;

    /**
     * @param unpickler reads pickles as data
     * @param ofTars the same for the tar archives of torch 0.1, in which texts are persistent ids
     */
    public TorchFormat(Unpickler unpickler, Unpickler ofTars) {
        this.unpickler = unpickler;
        this.ofTars = ofTars;
    }

    @Override
    public String name() {
        return "torch";
    }

    /**
     * A zip archive that doesn't begin with an array of numpy's, a pickle of protocol 2 and above, a stream in protocol 1, or a tar archive of
     * torch's.
     */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.FILE) {
            return false;
        }
        try (RangeReader in = storage.open(location)) {
            String head = head(in);
            boolean safetensors = head.startsWith("\0\0\0\0{", 4);
            boolean pickle = isPickle(head) || head.startsWith(Stream.MAGIC_AS_TEXT);
            return !safetensors && (isZip(head) ? !head.contains(".npy") : pickle || isTar(in));
        }
    }

    private static boolean isZip(String head) {
        return head.startsWith(ZIP) || head.startsWith(EMPTY_ZIP);
    }

    private static boolean isPickle(String head) {
        return head.length() > 1 && head.charAt(0) == 0x80 && head.charAt(1) >= 2 && head.charAt(1) <= 5;
    }

    private static boolean isTar(RangeReader in) throws IOException {
        return Tar.begins(head(in, 0, Math.min(in.length(), TAR_HEAD)), TarArchive.FIRST);
    }

    private static String head(RangeReader in) throws IOException {
        return head(in, 0, Math.min(in.length(), HEAD));
    }

    private static String head(RangeReader in, long start, long end) throws IOException {
        byte[] head = new byte[(int) (end - start)];
        in.readFully(start, head, 0, head.length);
        return new String(head, StandardCharsets.ISO_8859_1);
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader in = storage.open(location)) {
            CheckpointFile file = new CheckpointFile(storage.name(location), location, in.length(), "");
            if (isZip(head(in))) {
                return readZip(in, 0, in.length(), file);
            }
            Contents contents = new Contents(location);
            if (isTar(in)) {
                new TarArchive(contents, in, ofTars).read();
                return contents.checkpoint(location, "torch-tar", file);
            }
            new Stream(contents, in, unpickler).read();
            return contents.checkpoint(location, "torch-legacy", file);
        }
    }

    private Checkpoint readZip(RangeReader in, long start, long end, CheckpointFile file)
            throws BadCheckpointException, IOException {
        Contents contents = new Contents(file.location());
        new Archive(contents, in, unpickler).read("", start, end);
        return contents.checkpoint(file.location(), "torch-zip", file);
    }

    /** A zip archive. */
    @Override
    public boolean recognizes(RangeReader in, long start, long end) throws IOException {
        return isZip(head(in, start, Math.min(end, start + HEAD)));
    }

    @Override
    public Checkpoint read(String location, RangeReader in, long start, long end)
            throws BadCheckpointException, IOException {
        return readZip(in, start, end, new CheckpointFile(location, location, in.length(), ""));
    }
}
