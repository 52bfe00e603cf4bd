package org.normscope.rewrite.verify;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/**
 * What weights are known by: the names of all tensors that they are made of, tied ones by the first of their names.
 *
 * @param aliases the first name of every tensor that has several
 */
record Keys(Map<String, String> aliases) {
    static Keys of(AuditPlan plan) {
        Map<String, String> aliases = new HashMap<>();
        for (int i = 0; i < plan.checkpoint().tensors().size(); i++) {
            String first = plan.map().aliasOf(i);
            if (first != null) {
                aliases.put(plan.checkpoint().tensors().get(i).name(), first);
            }
        }
        return new Keys(aliases);
    }

    static Keys of(AuditReport report) {
        Map<String, String> aliases = new HashMap<>();
        report.tensors().forEach(row -> {
            String first = row.place().aliasOf();
            if (first != null) {
                aliases.put(row.tensor().name(), first);
            }
        });
        return new Keys(aliases);
    }

    Set<String> of(EffectiveWeight weight) {
        return of(weight.recipe().parts().stream().map(StoredTensor::name).toList());
    }

    Set<String> of(Collection<String> names) {
        Set<String> keys = new TreeSet<>();
        names.forEach(name -> keys.add(aliases.getOrDefault(name, name)));
        return keys;
    }
}
