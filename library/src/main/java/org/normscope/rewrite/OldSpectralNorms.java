package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/** Spectral norms as torch wrote them before version 1 of its legacy function: without v, which its load hook solves for. */
final class OldSpectralNorms {
    private static final String ENDING = "_orig";

    private OldSpectralNorms() {}

    /** The selected ones: no command rewrites them. */
    static List<Left> left(Checkpoint checkpoint, Selection selection) {
        Map<String, StoredTensor> byName = new HashMap<>();
        checkpoint.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        List<Left> left = new ArrayList<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            String name = tensor.name();
            String weight = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : "";
            SpectralKeys keys = KeyLayout.LEGACY.spectralNorm(weight);
            StoredTensor u = byName.get(keys.u());
            boolean vector = u != null && u.shape().rank() == 1;
            if (!weight.isEmpty() && vector && !byName.containsKey(keys.v()) && selection.matches(weight)) {
                left.add(new Left(
                        weight, "has no v, as torch wrote it before version 1; load and save it with torch first"));
            }
        }
        return left;
    }
}
