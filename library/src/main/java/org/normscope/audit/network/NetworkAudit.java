package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.LayerStep;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Conditions;
import org.normscope.lipschitz.FeedForward;
import org.normscope.lipschitz.Graph;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Metric;
import org.normscope.lipschitz.Network;
import org.normscope.lipschitz.Signal;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;

/** The bound of a described network whose weights were audited. */
public final class NetworkAudit {
    private static final String ONE_VECTOR =
            "linear layers with biases see one vector, for the bias of each is counted once in the size of what comes out";
    private static final String CONNECTED = "layers are connected as the %s says, in inference mode";
    /** Reasons that are said. */
    private static final int MOST_REASONS = 40;

    private final NetworkDescription description;
    private final ChainBounds chains;
    private final LayerMaker maker;
    private final FoldedLayer folded;
    private final Lookup lookup;
    /** Layers in order if they form a chain; else empty. */
    private final List<Layer> chain = new ArrayList<>();

    private final Map<Layer, ChainBounds.Link> links = new IdentityHashMap<>();
    private final Set<String> unknown = new LinkedHashSet<>();
    private boolean branches;

    private NetworkAudit(
            NetworkDescription description, ChainBounds chains, LayerMaker maker, FoldedLayer folded, Lookup lookup) {
        this.description = description;
        this.chains = chains;
        this.maker = maker;
        this.folded = folded;
        this.lookup = lookup;
    }

    /**
     * The bound; null with a reason where a layer has no rule or a weight no norm.
     *
     * @param report of the plan
     * @param storage where the checkpoint's files lie
     * @throws BadCheckpointException if the description doesn't fit the checkpoint
     * @throws IOException if the storage fails
     */
    public static ModelBound of(NetworkDescription description, AuditPlan plan, AuditReport report, Storage storage)
            throws BadCheckpointException, IOException {
        Lookup lookup = new Lookup(new ReportedNorms(report), new TensorValues(storage, plan));
        LayerMaker maker = new LayerMaker(lookup, new StoredRows(storage, plan));
        FoldedLayer folded = new FoldedLayer(maker, new FoldedNorm(storage, plan));
        return new NetworkAudit(description, new ChainBounds(storage, plan), maker, folded, lookup).bound(report);
    }

    private ModelBound bound(AuditReport report) throws BadCheckpointException, IOException {
        Network network = network();
        double floor = description.spreadFloor().value(lookup);
        Double radius = description.inputRadius();
        Signal input = radius == null ? Signal.input() : Signal.input(WideBound.of(radius));
        Conditions local = new Conditions(description.metric(), floor, Conditions.Routing.FIXED);
        Network.Bounds bounds = network.bounds(input, local);
        WideBound around = branches || links.size() < 2 ? null : around();
        FeedForward.@Nullable Bounds three = around == null ? null : core().orElse(null);
        double failure =
                lookup.used().stream().mapToDouble(NetworkAudit::failure).sum();
        Signal output = bounds.output();
        WideBound upper = output.lipschitz();
        if (around != null && three != null && upper != null) {
            upper = upper.min(around.times(three.least()));
            failure += three.failureProbability();
        }
        ModelBound.Limit limit = new ModelBound.Limit(upper, output.lower(), reason(output), failure);
        ModelBound.Basis basis = new ModelBound.Basis(
                description.source(),
                description.metric().word(),
                assumptions(network, floor),
                lookup.unexplained(report, description.ignored()));
        return new ModelBound(limit, basis, shown(three), parts(bounds, local));
    }

    /** Why there is no bound: of the layer that leaves none, and of all others that wouldn't either. */
    private @Nullable String reason(Signal output) {
        String first = output.reason();
        if (first == null) {
            return null;
        }
        Set<String> all = new LinkedHashSet<>(unknown);
        if (!all.contains(first)) {
            all.add(first);
        }
        String more = all.size() > MOST_REASONS ? "; and " + (all.size() - MOST_REASONS) + " more" : "";
        return all.stream().limit(MOST_REASONS).collect(Collectors.joining("; ")) + more;
    }

    private static double failure(WeightRow row) {
        return row.norm() == null ? 0 : row.norm().sigma().failureProbability();
    }

    private Network network() throws BadCheckpointException, IOException {
        List<Network.Block> blocks = new ArrayList<>();
        for (BlockText block : description.blocks()) {
            List<Graph.Node> nodes = new ArrayList<>();
            String before = Graph.INPUT;
            NormFolding folding = NormFolding.of(block);
            for (Folding.Step step : Folding.steps(block)) {
                LayerText behind = step.batchNorm();
                Layer layer = behind == null ? maker.make(step.text(), folding) : folded.make(step.text(), behind);
                nodes.add(new Graph.Node(step.name(), layer, step.inputs()));
                branches |= !step.inputs().equals(List.of(before));
                before = step.name();
                remember(step, layer);
                if (layer instanceof Layer.Unknown without) {
                    unknown.add(without.reason());
                }
            }
            blocks.add(new Network.Block(block.name(), graph(block, nodes)));
        }
        return new Network(blocks);
    }

    private static Graph graph(BlockText block, List<Graph.Node> nodes) throws BadCheckpointException {
        try {
            return new Graph(nodes);
        } catch (IllegalArgumentException e) {
            String where = block.layers().get(0).options().where();
            String above = where.substring(0, where.lastIndexOf(','));
            throw new BadCheckpointException(above + ": " + e.getMessage(), e);
        }
    }

    private void remember(Folding.Step step, Layer layer) throws BadCheckpointException, IOException {
        LayerText text = step.text();
        boolean moves = layer instanceof Layer.Reshape
                && LayerKind.named(text.word()).stream()
                        .anyMatch(kind -> kind != LayerKind.PERMUTE && kind != LayerKind.SELECT);
        boolean transposed = text.options().isOn("transposed");
        if (layer instanceof Layer.Linear) {
            links.put(layer, new ChainBounds.Link(maker.last(), transposed, null));
        }
        if (layer instanceof Layer.BatchNormed both && both.map() instanceof Layer.Linear && step.batchNorm() != null) {
            UpperBound norm =
                    both.folded() == null ? null : both.folded().upper().orElse(null);
            ChannelFactors factors = maker.factors(step.batchNorm().options());
            if (norm != null) {
                ChainBounds.Folded rows = new ChainBounds.Folded(factors, norm);
                links.put(layer, new ChainBounds.Link(maker.last(), transposed, rows));
            }
        }
        boolean adds = layer instanceof Layer.Shift
                || (layer instanceof Layer.Elementwise each && each.minSlope() == 1 && each.maxSlope() == 1);
        // Flattening keeps the order of the entries, so matrices around it multiply as they stand; constants don't
        // matter.
        if (!moves && !adds) {
            chain.add(layer);
        }
    }

    /** The three bounds of what lies between the first and the last matrix, if that is a chain of matrices and functions. */
    private Optional<FeedForward.Bounds> core() throws IOException {
        List<Layer> core = chain.subList(first(), last() + 1);
        boolean simple = links.size() > 1
                && core.stream().allMatch(layer -> links.containsKey(layer) || layer instanceof Layer.Elementwise);
        for (int i = 1; i < core.size(); i++) {
            simple &= links.containsKey(core.get(i)) || links.containsKey(core.get(i - 1));
        }
        return simple ? chains.of(core, links) : Optional.empty();
    }

    private int first() {
        int first = 0;
        while (first < chain.size() && !links.containsKey(chain.get(first))) {
            first++;
        }
        return first;
    }

    private int last() {
        int last = chain.size() - 1;
        while (last >= 0 && !links.containsKey(chain.get(last))) {
            last--;
        }
        return last;
    }

    /** The product of the constants of what lies before and behind the matrices; null where one has none without a bound on its input. */
    private @Nullable WideBound around() {
        WideBound product = WideBound.ONE;
        Conditions conditions = Conditions.global(description.metric());
        for (int i = 0; i < chain.size(); i++) {
            if (i < first() || i > last()) {
                WideBound gain = chain.get(i)
                        .through(List.of(Signal.input()), conditions)
                        .lipschitz();
                if (gain == null) {
                    return null;
                }
                product = product.times(gain);
            }
        }
        return product;
    }

    private List<String> assumptions(Network network, double floor) throws BadCheckpointException {
        boolean isGraph = description.source().kind().equals("graph");
        String told = isGraph ? "graph in the file" : "network description";
        List<String> all = new ArrayList<>(List.of(String.format(Locale.ROOT, CONNECTED, told)));
        all.addAll(description.assumed());
        if (description.inputRadius() != null) {
            all.add("inputs have a norm of at most " + description.inputRadius());
            if (description.metric() == Metric.L2) {
                all.add(ONE_VECTOR);
            }
        }
        all.addAll(network.assumptions(Conditions.global(description.metric())));
        if (floor > 0) {
            all.add(description.spreadFloor().assumption(floor));
        }
        return all;
    }

    private static ModelBound.@Nullable Chain shown(FeedForward.@Nullable Bounds bounds) {
        return bounds == null
                ? null
                : new ModelBound.Chain(
                        bounds.product(),
                        bounds.combettesPesquet(),
                        bounds.eclipse(),
                        bounds.eclipseReason(),
                        bounds.recursions());
    }

    private ModelBound.Parts parts(Network.Bounds bounds, Conditions local) {
        LayerSteps steps = new LayerSteps(local);
        List<ModelBound.Block> blocks = new ArrayList<>();
        for (int i = 0; i < bounds.blocks().size(); i++) {
            Network.BlockBound block = bounds.blocks().get(i);
            blocks.add(block(block, steps.of(description.blocks().get(i), block.steps())));
        }
        List<ModelBound.Steep> layers = bounds.contributions().stream()
                .map(part -> new ModelBound.Steep(part.block(), part.layer(), part.gain()))
                .toList();
        return new ModelBound.Parts(blocks, layers);
    }

    private static ModelBound.Block block(Network.BlockBound block, List<LayerStep> steps) {
        Signal alone = block.alone();
        return new ModelBound.Block(
                block.name(),
                new ModelBound.Alone(alone.lipschitz(), block.local().lipschitz(), alone.reason()),
                new ModelBound.Behind(block.after().lipschitz(), block.after().radius()),
                steps);
    }
}
