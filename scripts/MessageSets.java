import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Writes what no broker of today can be made to answer into test/golden/records/*.hex, by Kafka's own builder: message
 * sets of the old formats, a delete horizon, blocks larger than 64 KiB, records dated out of order.
 *
 *   java -cp '.cache/kafka-4.1.1/libs/*' scripts/MessageSets.java test/golden/records
 */
public final class MessageSets {
  private static final long T = 1_700_000_000_000L;
  private static final long NONE = RecordBatch.NO_TIMESTAMP;

  public static void main(String[] args) throws Exception {
    Path dir = Path.of(args[0]);
    for (CompressionType codec : CompressionType.values()) {
      // Of 72 kB, a tenth of it noise: several blocks, literals and copies, short and long.
      if (codec != CompressionType.NONE) {
        write(dir, "batch-large-" + codec.name, batch(RecordBatch.MAGIC_VALUE_V2, codec, NONE, 60, 1_200, 1_000));
      }
      // Each dated before the one before it.
      write(dir, "batch-backwards-" + codec.name, batch(RecordBatch.MAGIC_VALUE_V2, codec, NONE, 3, 10, -60_000));
      write(dir, "batch-horizon-" + codec.name, batch(RecordBatch.MAGIC_VALUE_V2, codec, T + 600_000, 3, 10, 1_000));
      if (codec == CompressionType.ZSTD) continue;
      write(dir, "set-v1-" + codec.name, batch(RecordBatch.MAGIC_VALUE_V1, codec, NONE, 3, 10, 1_000));
      write(dir, "set-v0-" + codec.name, batch(RecordBatch.MAGIC_VALUE_V0, codec, NONE, 3, 10, 1_000));
    }
  }

  /** Records 5, 6, … */
  private static ByteBuffer batch(byte magic, CompressionType codec, long horizon, int count, int size, long stepMs) {
    ByteBufferOutputStream stream = new ByteBufferOutputStream(1024);
    MemoryRecordsBuilder builder = new MemoryRecordsBuilder(stream, magic, Compression.of(codec).build(),
        TimestampType.CREATE_TIME, 5, NONE, RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH,
        RecordBatch.NO_SEQUENCE, false, false, RecordBatch.NO_PARTITION_LEADER_EPOCH, Integer.MAX_VALUE, horizon);
    long random = 1;
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[size];
      for (int at = 0; at < size; at++) {
        random = (random * 6_364_136_223_846_793_005L) + 1_442_695_040_888_963_407L;
        value[at] = (byte) (at % 400 < 40 ? random >>> 40 : at % 2);
      }
      builder.append(T + i * stepMs, null, value);
    }
    MemoryRecords records = builder.build();
    return records.buffer();
  }

  private static void write(Path dir, String name, ByteBuffer buffer) throws Exception {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    String hex = HexFormat.of().formatHex(bytes).replaceAll("(.{1,100})", "$1\n");
    Files.writeString(dir.resolve(name + ".hex"), hex);
    System.out.println(name + " " + bytes.length);
  }
}
