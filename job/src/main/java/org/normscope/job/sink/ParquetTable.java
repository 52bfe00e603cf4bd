package org.normscope.job.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.report.WeightTable;

/** The columns of {@code weights.csv} as Parquet, names as the checkpoint writes them; no Spark session, no Hive. */
final class ParquetTable {
    private ParquetTable() {}

    /** Writes the table; the stream stays open. */
    static void write(AuditReport report, OutputStream stream) throws IOException {
        MessageType schema = schema();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new ParquetTarget(stream))
                .withType(schema)
                .withConf(new Configuration(false))
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build()) {
            for (WeightRow row : report.weights()) {
                writer.write(group(schema, row));
            }
        }
        stream.flush();
    }

    private static MessageType schema() {
        Types.MessageTypeBuilder message = Types.buildMessage();
        for (WeightTable.Column column : WeightTable.columns()) {
            switch (column.type()) {
                case TEXT ->
                    message.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.name());
                case INTEGER -> message.optional(PrimitiveTypeName.INT64).named(column.name());
                case REAL -> message.optional(PrimitiveTypeName.DOUBLE).named(column.name());
            }
        }
        return message.named("weights");
    }

    private static Group group(MessageType schema, WeightRow row) {
        Group group = new SimpleGroup(schema);
        for (WeightTable.Column column : WeightTable.columns()) {
            Object value = column.of(row);
            if (value instanceof String text) {
                group.add(column.name(), Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8)));
            } else if (value instanceof Long number) {
                group.add(column.name(), number.longValue());
            } else if (value instanceof Double number) {
                group.add(column.name(), number.doubleValue());
            }
        }
        return group;
    }
}
