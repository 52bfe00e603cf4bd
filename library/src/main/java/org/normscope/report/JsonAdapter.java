package org.normscope.report;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/** {@code adapter} of report.json. */
final class JsonAdapter {
    private final JsonOut out;

    private JsonAdapter(JsonOut out) {
        this.out = out;
    }

    /**
     * Writes the object.
     *
     * @param effect null without an adapter: then there is no such key
     */
    static void write(JsonOut out, @Nullable AdapterEffect effect) throws IOException {
        if (effect != null) {
            new JsonAdapter(out).whole(effect);
        }
    }

    private void whole(AdapterEffect effect) throws IOException {
        out.startObject("adapter");
        out.text("name", effect.name());
        WideBound base = effect.base() == null ? null : effect.base().limit().upper();
        if (base == null) {
            out.nothing("base_bound");
        } else {
            out.startObject("base_bound");
            out.real("upper", base.narrow().map(UpperBound::value).orElse(null));
            out.real("log10", base.log10());
            out.endObject();
        }
        out.startArray("weights");
        for (AdapterEffect.Change change : effect.weights()) {
            out.startObject();
            out.text("name", change.weight());
            out.real("factor", change.factor());
            interval("base", change.before());
            interval("change", change.change());
            interval("adapted", change.after());
            out.startObject("relative");
            out.real("lower", change.least() == null ? null : change.least().value());
            out.real("upper", change.most() == null ? null : change.most().value());
            out.endObject();
            out.endObject();
        }
        out.endArray();
        out.endObject();
    }

    private void interval(String key, @Nullable Interval interval) throws IOException {
        if (interval == null) {
            out.nothing(key);
            return;
        }
        out.startObject(key);
        out.real("lower", interval.lower().value());
        out.real("upper", interval.upper().map(UpperBound::value).orElse(null));
        out.endObject();
    }
}
