package org.normscope.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.TaskResult;

/**
 * What an interrupted audit left: its key and the tensors that were finished. Read from one or more parts, each with the key in its
 * first line and then a line per tensor. Lines that aren't whole are passed over: their tensors count as not finished.
 */
public final class JournalContent {
    private @Nullable JournalKey key;
    private final List<JournalEntry> entries = new ArrayList<>();

    /** The first line of a part: what the entries belong to. */
    public static byte[] line(JournalKey key) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("journal", "1");
        fields.put("tool", key.tool());
        fields.put("kernel", key.kernel());
        fields.put("fingerprint", key.fingerprint());
        fields.put("written", key.written());
        fields.put("settings", key.settings());
        fields.put("seed", String.valueOf(key.seed()));
        return JournalText.line(fields).getBytes(StandardCharsets.US_ASCII);
    }

    /** The line of a finished tensor; its singular vectors are left out. */
    public static byte[] line(TaskResult result) throws IOException {
        return JournalText.line(JournalEntry.of(result).fields()).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads the next part. One that belongs to something else than the first is passed over.
     *
     * @throws IOException if the stream fails
     */
    public void read(InputStream part) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(part, StandardCharsets.ISO_8859_1));
        Optional<JournalKey> found = Optional.ofNullable(lines.readLine())
                .flatMap(JournalText::fields)
                .flatMap(JournalContent::key);
        if (found.isEmpty() || (key != null && !key.equals(found.get()))) {
            return;
        }
        key = found.get();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JournalText.fields(line).ifPresent(fields -> entries.add(new JournalEntry(fields)));
        }
    }

    private static Optional<JournalKey> key(Map<String, String> fields) {
        List<String> texts = Stream.of("tool", "kernel", "fingerprint", "written", "settings")
                .map(fields::get)
                .filter(Objects::nonNull)
                .toList();
        String seed = fields.getOrDefault("seed", "");
        boolean known = "1".equals(fields.get("journal"));
        return known && texts.size() == 5 && seed.matches("\\d{1,18}")
                ? Optional.of(new JournalKey(
                        texts.get(0), texts.get(1), texts.get(2), texts.get(3), texts.get(4), Long.parseLong(seed)))
                : Optional.empty();
    }

    /** What all entries belong to; empty if nothing was read. */
    public Optional<JournalKey> key() {
        return Optional.ofNullable(key);
    }

    /** The plan's tasks that are finished, in the order of the tensors; the plan must have this journal's key. */
    public List<TaskResult> results(AuditPlan plan) {
        Map<Integer, AuditTask> tasks = new HashMap<>();
        plan.tasks().forEach(task -> tasks.put(task.index(), task));
        Map<Integer, TaskResult> results = new HashMap<>();
        for (JournalEntry entry : entries) {
            try {
                AuditTask task = tasks.get(entry.tensor());
                if (task != null) {
                    results.put(task.index(), entry.result(task));
                }
            } catch (IllegalArgumentException e) {
                // Not an entry of this plan: the tensor is computed again.
                continue;
            }
        }
        return results.values().stream()
                .sorted(Comparator.comparingInt(result -> result.task().index()))
                .toList();
    }
}
