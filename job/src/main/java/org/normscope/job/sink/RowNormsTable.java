package org.normscope.job.sink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.normscope.weights.EffectiveWeight;

/** Row norms as Parquet: a weight's key, index and norm of row after row, not compressed; holds one row group at a time. */
final class RowNormsTable {
    private static final MessageType SCHEMA = Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("name")
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("how")
            .required(PrimitiveTypeName.INT64)
            .named("batch_index")
            .required(PrimitiveTypeName.INT64)
            .named("index")
            .required(PrimitiveTypeName.DOUBLE)
            .named("norm")
            .named("row_norms");

    private RowNormsTable() {}

    /** What names a weight: its name and recipe in UTF-8, and its index in a stack. */
    record Key(Binary name, Binary how, long batchIndex) {
        static Key of(EffectiveWeight weight) {
            return new Key(
                    Binary.fromConstantByteArray(weight.name().getBytes(StandardCharsets.UTF_8)),
                    Binary.fromConstantByteArray(weight.how().word().getBytes(StandardCharsets.UTF_8)),
                    weight.batchIndex());
        }
    }

    /** One row of one weight. */
    record Row(Key key, long index, double norm) {}

    /** A writer that leaves the stream open. */
    static ParquetWriter<Row> open(OutputStream stream) throws IOException {
        return new Builder(stream)
                .withConf(new Configuration(false))
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build();
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        Builder(OutputStream stream) {
            super(new ParquetTarget(stream));
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new Rows();
        }
    }

    private static final class Rows extends WriteSupport<Row> {
        private @Nullable RecordConsumer out;

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Row row) {
            RecordConsumer to = requireNonNull(out);
            to.startMessage();
            to.startField("name", 0);
            to.addBinary(row.key().name());
            to.endField("name", 0);
            to.startField("how", 1);
            to.addBinary(row.key().how());
            to.endField("how", 1);
            to.startField("batch_index", 2);
            to.addLong(row.key().batchIndex());
            to.endField("batch_index", 2);
            to.startField("index", 3);
            to.addLong(row.index());
            to.endField("index", 3);
            to.startField("norm", 4);
            to.addDouble(row.norm());
            to.endField("norm", 4);
            to.endMessage();
        }
    }
}
