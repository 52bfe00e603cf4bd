package org.normscope.job.mllib;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.DenseMatrix;
import org.apache.spark.mllib.linalg.Matrix;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import org.apache.spark.sql.SparkSession;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.pass.TensorBlocks;
import org.normscope.audit.plan.AuditTask;
import org.normscope.elements.TensorFiles;
import org.normscope.job.settings.Nearest;
import org.normscope.matrix.MatrixShape;
import org.normscope.storage.Storage;
import org.normscope.storage.StorageChoice;
import org.normscope.storage.hadoop.HadoopStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import scala.Tuple2;

/** Tensors of checkpoints as MLlib's distributed matrices. */
public final class CheckpointMatrices {
    private CheckpointMatrices() {}

    /**
     * A tensor of a checkpoint at this location, a file or directory that every executor can read; see
     * {@link #blockMatrix(SparkSession, Checkpoint, String, int)}.
     *
     * @throws BadCheckpointException if there is no checkpoint, or its structure is wrong
     * @throws IOException if the storage fails
     */
    public static BlockMatrix blockMatrix(SparkSession spark, String location, String tensor, int blockSize)
            throws BadCheckpointException, IOException {
        return blockMatrix(spark, Checkpoints.open(storage(spark, location), location), tensor, blockSize);
    }

    /**
     * A tensor as a matrix, dimension 0 down and all others across, in doubles. Nothing is read before MLlib asks for it; then
     * executors read a row of blocks at a time, and the driver none.
     *
     * @param tensor its name in the checkpoint
     * @param blockSize rows and columns of a block, 1 to 16384
     * @throws IllegalArgumentException if there is no such tensor, its type isn't decoded, it has no entries, or the block size is
     *     out of range
     * @throws IOException if the location can't be read from here
     */
    public static BlockMatrix blockMatrix(SparkSession spark, Checkpoint checkpoint, String tensor, int blockSize)
            throws IOException {
        if (blockSize < 1 || blockSize > 16_384) {
            throw new IllegalArgumentException("block size must be 1 to 16384, not " + blockSize);
        }
        AuditTask task = task(checkpoint, tensor);
        TensorBlocks blocks = new TensorBlocks(storage(spark, task.files().first()), task, blockSize);
        JavaRDD<Tuple2<Tuple2<Object, Object>, Matrix>> rdd = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(IntStream.range(0, blocks.down()).boxed().toList(), blocks.down())
                .flatMap(down -> rowOfBlocks(blocks, down));
        MatrixShape shape = task.shape();
        return new BlockMatrix(rdd.rdd(), blockSize, blockSize, shape.rows(), shape.cols());
    }

    private static Iterator<Tuple2<Tuple2<Object, Object>, Matrix>> rowOfBlocks(TensorBlocks blocks, int down)
            throws IOException {
        List<Tuple2<Tuple2<Object, Object>, Matrix>> row = new ArrayList<>();
        double[][] values = blocks.read(down);
        for (int j = 0; j < values.length; j++) {
            Matrix block = new DenseMatrix(blocks.rows(down), blocks.cols(j), values[j], true);
            row.add(new Tuple2<>(new Tuple2<>(down, j), block));
        }
        return row.iterator();
    }

    private static AuditTask task(Checkpoint checkpoint, String name) throws IOException {
        List<StoredTensor> tensors = checkpoint.tensors();
        List<String> names = tensors.stream().map(StoredTensor::name).toList();
        int index = names.indexOf(name);
        if (index < 0) {
            String near = names.isEmpty()
                    ? "it has none"
                    : "did you mean " + Nearest.first(name, names).get(0) + "?";
            throw new IllegalArgumentException(checkpoint.location() + ": no tensor " + name + "; " + near);
        }
        StoredTensor tensor = tensors.get(index);
        if (tensor.dtype().kind() != DType.Kind.FLOAT) {
            throw new IllegalArgumentException(
                    checkpoint.location() + ": " + name + ": " + tensor.dtype() + " is not decoded");
        }
        AuditTask task =
                new AuditTask(index, tensor, TensorFiles.of(checkpoint, tensor).absolute(), null);
        if (task.shape().isEmpty()) {
            throw new IllegalArgumentException(
                    checkpoint.location() + ": " + name + ": " + tensor.shape() + " has no entries");
        }
        return task;
    }

    private static Storage storage(SparkSession spark, String location) throws IOException {
        return StorageChoice.orElse(() -> new HadoopStorage(spark.sparkContext().hadoopConfiguration()))
                .of(location);
    }
}
