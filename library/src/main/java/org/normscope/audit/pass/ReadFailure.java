package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.audit.plan.AuditTask;
import org.normscope.storage.Storage;

/** Why a tensor could not be read, in the same words on every machine: files by their names, wherever the checkpoint lies. */
final class ReadFailure {
    private ReadFailure() {}

    static String reason(Storage storage, AuditTask task, IOException failure) {
        String name = storage.name(task.location());
        String said = String.valueOf(failure.getMessage()).replace(task.location(), name);
        return "reading " + name + " failed: " + said;
    }
}
