package org.normscope.audit.effective;

import java.io.IOException;
import org.normscope.audit.plan.AuditTask;
import org.normscope.storage.Storage;

/** Why a tensor could not be read, in the same words on every machine: files by their names, wherever the checkpoint lies. */
public final class ReadFailure {
    private ReadFailure() {}

    /**
     * The reason.
     *
     * @param failure whose message may name files by their locations
     */
    public static String reason(Storage storage, AuditTask task, IOException failure) {
        String said = String.valueOf(failure.getMessage());
        for (String location : task.files().locations().values()) {
            said = said.replace(location, storage.name(location));
        }
        return "reading " + storage.name(task.files().first()) + " failed: " + said;
    }
}
