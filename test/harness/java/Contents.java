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

/** Which records a topic holds: what compaction has left. */
final class Contents {
  private final Properties properties = new Properties();
  private KafkaConsumer<byte[], byte[]> consumer;

  Contents(Properties common) {
    properties.putAll(common);
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
  }

  /** {topic, partitions}; returns by partition the offsets from the log start to the end. */
  synchronized Object read(JsonNode request) {
    if (consumer == null) {
      consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
    Map<TopicPartition, List<Long>> found = new LinkedHashMap<>();
    for (int p = 0; p < request.get("partitions").asInt(); p++) {
      found.put(new TopicPartition(request.get("topic").asText(), p), new ArrayList<>());
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(found.keySet());
    consumer.assign(found.keySet());
    consumer.seekToBeginning(found.keySet());
    while (found.keySet().stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        found.get(new TopicPartition(record.topic(), record.partition())).add(record.offset());
      }
    }
    return new ArrayList<>(found.values());
  }
}
