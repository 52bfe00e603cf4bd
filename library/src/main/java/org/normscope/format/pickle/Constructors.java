package org.normscope.format.pickle;

import static org.normscope.format.pickle.Constructor.Effect.BYTES;
import static org.normscope.format.pickle.Constructor.Effect.CALL;
import static org.normscope.format.pickle.Constructor.Effect.CALL_WITH_STATE;
import static org.normscope.format.pickle.Constructor.Effect.DEFAULT_DICT;
import static org.normscope.format.pickle.Constructor.Effect.MEMBERS;
import static org.normscope.format.pickle.Constructor.Effect.NEW_OBJECT;
import static org.normscope.format.pickle.Constructor.Effect.RECONSTRUCTED;
import static org.normscope.format.pickle.Constructor.Effect.REJECTED;
import static org.normscope.format.pickle.Constructor.Effect.SEQUENCE;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.pickle.Constructor.Effect;

/**
 * The closed table of what may be called with arguments: value constructors of Python, numpy and torch. A class that is
 * merely made, without arguments, needs no row. Effects are those of {@link Constructor.Effect}; none executes anything.
 */
final class Constructors {
    static final Global LIST = new Global("builtins", "list");
    static final Global DICT = new Global("builtins", "dict");
    static final Global SET = new Global("builtins", "set");
    static final Global FROZENSET = new Global("builtins", "frozenset");
    static final Global OBJECT = new Global("builtins", "object");

    /** The module whose functions make an object of a class that is their argument. */
    static final String INDIRECT = "copyreg";

    /** Modules that had another name in Python 2, in numpy before 2 or in Python before 3.13. */
    private static final Map<String, String> RENAMED = Map.of(
            "__builtin__", "builtins",
            "copy_reg", "copyreg",
            "numpy._core.multiarray", "numpy.core.multiarray",
            "numpy._core.numeric", "numpy.core.numeric",
            "pathlib._local", "pathlib",
            "torch.tensor", "torch._tensor");

    /** Module, name, fewest and most arguments, effect. */
    private static final List<Constructor> ROWS = List.of(
            row("builtins", "dict", 0, 0, Effect.DICT),
            row("builtins", "list", 0, 0, SEQUENCE),
            row("builtins", "set", 0, 1, MEMBERS),
            row("builtins", "frozenset", 0, 1, MEMBERS),
            row("builtins", "bytes", 0, 0, BYTES),
            row("builtins", "bytearray", 0, 2, BYTES),
            row("builtins", "complex", 2, 2, CALL),
            row("builtins", "slice", 3, 3, CALL),
            row("builtins", "range", 3, 3, CALL),
            row("builtins", "xrange", 3, 3, CALL),
            row("_codecs", "encode", 2, 2, BYTES),
            row("copyreg", "_reconstructor", 3, 3, RECONSTRUCTED),
            row("copyreg", "__newobj__", 1, Integer.MAX_VALUE, NEW_OBJECT),
            row("collections", "OrderedDict", 0, 1, Effect.DICT),
            row("collections", "Counter", 0, 1, Effect.DICT),
            row("collections", "defaultdict", 0, 2, DEFAULT_DICT),
            row("collections", "deque", 0, 2, SEQUENCE),
            row("datetime", "date", 1, 1, CALL),
            row("datetime", "time", 1, 2, CALL),
            row("datetime", "datetime", 1, 2, CALL),
            row("datetime", "timedelta", 3, 3, CALL),
            row("datetime", "timezone", 1, 2, CALL),
            row("pathlib", "Path", 0, Integer.MAX_VALUE, CALL),
            row("pathlib", "PosixPath", 0, Integer.MAX_VALUE, CALL),
            row("pathlib", "WindowsPath", 0, Integer.MAX_VALUE, CALL),
            row("pathlib", "PurePath", 0, Integer.MAX_VALUE, CALL),
            row("pathlib", "PurePosixPath", 0, Integer.MAX_VALUE, CALL),
            row("pathlib", "PureWindowsPath", 0, Integer.MAX_VALUE, CALL),
            row("numpy", "dtype", 1, 3, CALL_WITH_STATE),
            row("numpy.core.multiarray", "_reconstruct", 3, 3, CALL_WITH_STATE),
            row("numpy.core.multiarray", "scalar", 1, 2, CALL),
            row("numpy.core.numeric", "_frombuffer", 4, 4, CALL),
            row("torch", "Size", 0, 1, CALL),
            row("torch", "device", 1, 2, CALL),
            row("torch._utils", "_rebuild_tensor", 4, 4, CALL),
            row("torch._utils", "_rebuild_tensor_v2", 6, 7, CALL),
            row("torch._utils", "_rebuild_tensor_v3", 7, 8, CALL),
            row("torch._utils", "_rebuild_parameter", 3, 3, CALL),
            row("torch._utils", "_rebuild_parameter_with_state", 4, 4, CALL),
            row("torch._utils", "_rebuild_sparse_tensor", 2, 2, CALL),
            row("torch._utils", "_rebuild_sparse_csr_tensor", 2, 2, CALL),
            row("torch._utils", "_rebuild_nested_tensor", 4, 4, CALL),
            row("torch._utils", "_rebuild_qtensor", 7, 7, CALL),
            row("torch._utils", "_rebuild_meta_tensor_no_storage", 4, 4, CALL),
            row("torch._utils", "_rebuild_xla_tensor", 4, 4, CALL),
            row("torch._utils", "_rebuild_device_tensor_from_numpy", 4, 4, CALL),
            row("torch._utils", "_rebuild_device_tensor_from_cpu_tensor", 4, 4, CALL),
            row("torch._utils", "_rebuild_wrapper_subclass", 8, 8, CALL),
            row("torch._tensor", "_rebuild_from_type", 4, 4, CALL),
            row("torch._tensor", "_rebuild_from_type_v2", 4, 4, CALL),
            row("torch.autograd.variable", "Variable", 1, 1, CALL_WITH_STATE),
            row("torch.nn.parameter", "Parameter", 1, 2, CALL_WITH_STATE),
            row("torch.serialization", "_get_layout", 1, 1, CALL),
            row("torch.torch_version", "TorchVersion", 1, 1, CALL),
            row("torch.distributed.checkpoint.metadata", "_MEM_FORMAT_ENCODING", 1, 1, CALL),
            row("torch.jit._pickle", "build_boollist", 1, 1, CALL),
            row("torch.jit._pickle", "build_doublelist", 1, 1, CALL),
            row("torch.jit._pickle", "build_intlist", 1, 1, CALL),
            row("torch.jit._pickle", "build_tensorlist", 1, 1, CALL),
            row("torch.jit._pickle", "restore_type_tag", 2, 2, CALL),
            row("torch.storage", "_load_from_bytes", 0, Integer.MAX_VALUE, REJECTED),
            // Members of enumerations, by value; they stand in the arguments that Megatron keeps beside its weights.
            row("megatron.core.enums", "ModelType", 1, 1, CALL),
            row("megatron.core.transformer.enums", "AttnBackend", 1, 1, CALL),
            row("megatron.core.transformer.enums", "AttnMaskType", 1, 1, CALL),
            row("megatron.core.transformer.enums", "AttnType", 1, 1, CALL),
            row("megatron.core.transformer.enums", "LayerType", 1, 1, CALL));

    private static final Map<Global, Constructor> TABLE =
            ROWS.stream().collect(Collectors.toUnmodifiableMap(Constructor::name, Function.identity()));

    private Constructors() {}

    private static Constructor row(String module, String name, int fewest, int most, Effect effect) {
        return new Constructor(new Global(module, name), fewest, most, effect);
    }

    /** The row of a class or function, under any name that its module had. */
    static @Nullable Constructor find(Global global) {
        return TABLE.get(canonical(global));
    }

    /** The name that the table uses. */
    static Global canonical(Global global) {
        return new Global(RENAMED.getOrDefault(global.module(), global.module()), global.name());
    }

    /** Whether what the function of a row makes may be given a state. */
    static boolean hasState(Global name) {
        @Nullable Constructor constructor = TABLE.get(name);
        return constructor != null && constructor.effect() == CALL_WITH_STATE;
    }
}
