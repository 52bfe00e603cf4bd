package org.normscope.audit.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.JsonTree;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/**
 * By which tensors a model without a model type is recognized.
 *
 * @param template that describes it
 * @param tensors that must be there: numbers of dims by name, 0 for any. Never empty.
 */
record Recognition(String template, Map<String, List<Long>> tensors) {
    private static final String ANY = "any";

    /**
     * Reads rules.
     *
     * @param where the file lies, for messages
     * @return in the order in which they are tried
     * @throws BadCheckpointException if it holds something else
     */
    static List<Recognition> read(String where, RangeReader file) throws BadCheckpointException, IOException {
        List<Recognition> rules = new ArrayList<>();
        if (!(JsonTree.read(where, file).get("templates") instanceof List<?> list)) {
            throw new BadCheckpointException(where + ": needs templates, a list");
        }
        for (Object one : list) {
            rules.add(rule(where + ", rule " + rules.size(), one));
        }
        return rules;
    }

    private static Recognition rule(String where, Object described) throws BadCheckpointException {
        if (described instanceof Map<?, ?> rule
                && rule.get("template") instanceof String template
                && rule.get("tensors") instanceof Map<?, ?> tensors
                && !tensors.isEmpty()) {
            return new Recognition(template, tensors(where, tensors));
        }
        throw new BadCheckpointException(where + ": needs template, a name, and tensors, their dims by name");
    }

    private static Map<String, List<Long>> tensors(String where, Map<?, ?> described) throws BadCheckpointException {
        Map<String, List<Long>> tensors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : described.entrySet()) {
            if (!(entry.getValue() instanceof List<?> list)) {
                throw new BadCheckpointException(where + ": " + entry.getKey() + " needs its dims, a list");
            }
            List<Long> dims = new ArrayList<>();
            for (Object dim : list) {
                boolean whole = dim instanceof Double number && number >= 1 && number == Math.rint(number);
                if (!whole && !ANY.equals(dim)) {
                    throw new BadCheckpointException(
                            where + ": " + entry.getKey() + " has a dim that is neither a whole number nor any");
                }
                dims.add(whole ? ((Double) dim).longValue() : 0);
            }
            tensors.put(String.valueOf(entry.getKey()), dims);
        }
        return tensors;
    }

    /**
     * What stands before the tensors' names; empty where they aren't all there under one prefix, which is none or ends with a point. Of
     * several, the first.
     *
     * @param shapes of the checkpoint's tensors by name, in the order of the files
     */
    Optional<String> prefix(Map<String, List<Long>> shapes) {
        String first = tensors.keySet().iterator().next();
        return shapes.keySet().stream()
                .filter(name -> name.equals(first) || name.endsWith("." + first))
                .map(name -> name.substring(0, name.length() - first.length()))
                .filter(prefix -> tensors.entrySet().stream()
                        .allMatch(entry -> fits(entry.getValue(), shapes.get(prefix + entry.getKey()))))
                .findFirst();
    }

    private static boolean fits(List<Long> wanted, @Nullable List<Long> dims) {
        if (dims == null || dims.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < dims.size(); i++) {
            if (wanted.get(i) != 0 && !wanted.get(i).equals(dims.get(i))) {
                return false;
            }
        }
        return true;
    }
}
