package org.normscope.format.dcp;

import java.util.List;
import org.normscope.format.Tiling;
import org.normscope.tensor.Shape;

/**
 * A tensor as {@code .metadata} describes it (torch's {@code TensorStorageMetadata}); its chunks hold every element once.
 *
 * @param type the name of the {@code DType}, or torch's word where there is none
 * @param shape of the whole tensor
 * @param chunks in the order of the file
 */
record Described(String name, String type, Shape shape, List<Tiling.Part> chunks) {}
