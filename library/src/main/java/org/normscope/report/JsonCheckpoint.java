package org.normscope.report;

import java.io.IOException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;

/** The checkpoint's own section, the same in every JSON file of the house. */
final class JsonCheckpoint {
    private JsonCheckpoint() {}

    static void write(JsonOut out, Checkpoint checkpoint) throws IOException {
        out.startObject("checkpoint");
        out.text("location", checkpoint.location());
        out.text("format", checkpoint.format());
        out.startArray("files");
        for (CheckpointFile file : checkpoint.files()) {
            out.startObject();
            out.text("name", file.name());
            out.integer("bytes", file.bytes());
            out.endObject();
        }
        out.endArray();
        out.text("fingerprint", Fingerprint.of(checkpoint));
        out.text("architecture", checkpoint.architecture().orElse(null));
        out.texts("notes", checkpoint.notes());
        out.endObject();
    }
}
