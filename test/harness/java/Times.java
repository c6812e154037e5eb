import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The truth about time stamps: what a consumer is given beside each record. */
final class Times {
  private final Properties common;

  Times(Properties common) {
    this.common = common;
  }

  /** {records: [[topic, partition, offset]]}; returns [{offset, timestamp, type}]: the first from each offset on. */
  Object read(JsonNode request) {
    Properties properties = new Properties();
    properties.putAll(common);
    properties.put("enable.auto.commit", "false");
    properties.put("isolation.level", "read_committed");
    properties.put("max.poll.records", "1");
    List<Object> result = new ArrayList<>();
    try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (JsonNode wanted : request.get("records")) {
        TopicPartition partition = new TopicPartition(wanted.get(0).asText(), wanted.get(1).asInt());
        consumer.assign(List.of(partition));
        consumer.seek(partition, wanted.get(2).asLong());
        ConsumerRecord<byte[], byte[]> record = first(consumer);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("offset", record.offset());
        row.put("timestamp", record.timestamp());
        row.put("type", record.timestampType().toString());
        result.add(row);
      }
    }
    return result;
  }

  private static ConsumerRecord<byte[], byte[]> first(KafkaConsumer<byte[], byte[]> consumer) {
    for (int attempt = 0; attempt < 100; attempt++) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) return record;
    }
    throw new IllegalStateException("no record from there on");
  }
}
