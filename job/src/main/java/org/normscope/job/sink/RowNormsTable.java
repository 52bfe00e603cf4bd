package org.normscope.job.sink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
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

/** Row norms as Parquet: name, index and norm of row after row, not compressed; holds one row group at a time. */
final class RowNormsTable {
    private static final MessageType SCHEMA = Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("name")
            .required(PrimitiveTypeName.INT64)
            .named("index")
            .required(PrimitiveTypeName.DOUBLE)
            .named("norm")
            .named("row_norms");

    private RowNormsTable() {}

    /** @param name of the weight, UTF-8 */
    record Row(Binary name, long index, double norm) {}

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
            to.addBinary(row.name());
            to.endField("name", 0);
            to.startField("index", 1);
            to.addLong(row.index());
            to.endField("index", 1);
            to.startField("norm", 2);
            to.addDouble(row.norm());
            to.endField("norm", 2);
            to.endMessage();
        }
    }
}
