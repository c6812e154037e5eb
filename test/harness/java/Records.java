import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;

final class Records {
  private final Properties common;
  private final Map<String, Producer<String, String>> producers = new ConcurrentHashMap<>();

  Records(Properties common) {
    this.common = common;
  }

  /** {compression?, batches: [batch]}; returns [{topic, partition, first, last}] in the same order. */
  Object produce(JsonNode request) throws Exception {
    String compression = request.path("compression").asText("none");
    Producer<String, String> producer = producers.computeIfAbsent(
        "compression " + compression, key -> create(Map.of("compression.type", compression)));
    return send(producer, request.get("batches"));
  }

  /**
   * {transactionalId, outcome: "commit" | "abort" | "open", batches}. An open one keeps the last stable offset where it
   * is until the same id is asked to commit or abort, which ends it.
   */
  Object transaction(JsonNode request) throws Exception {
    String id = request.get("transactionalId").asText();
    String key = "transaction " + id;
    Producer<String, String> open = producers.remove(key);
    Producer<String, String> producer = open;
    if (open == null) {
      producer = create(Map.of("transactional.id", id, "transaction.timeout.ms", "900000"));
      producer.initTransactions();
      producer.beginTransaction();
    }
    Object sent = send(producer, request.path("batches"));
    switch (request.get("outcome").asText()) {
      case "open" -> {
        producers.put(key, producer);
        return sent;
      }
      case "commit" -> producer.commitTransaction();
      default -> producer.abortTransaction();
    }
    producer.close();
    return sent;
  }

  private record Batch(String topic, int partition, List<Future<RecordMetadata>> sent) {}

  private static List<Map<String, Object>> send(Producer<String, String> producer, JsonNode batches) throws Exception {
    List<Batch> all = new ArrayList<>();
    for (JsonNode batch : batches) all.add(send(producer, batch, batch.path("count").asInt(batch.path("values").size())));
    producer.flush();
    List<Map<String, Object>> result = new ArrayList<>();
    for (Batch batch : all) {
      long first = Long.MAX_VALUE;
      long last = -1;
      for (Future<RecordMetadata> one : batch.sent()) {
        first = Math.min(first, one.get().offset());
        last = Math.max(last, one.get().offset());
      }
      result.add(Map.of("topic", batch.topic(), "partition", batch.partition(), "first", first, "last", last));
    }
    return result;
  }

  private static Batch send(Producer<String, String> producer, JsonNode batch, int count) {
    String topic = batch.get("topic").asText();
    int partition = batch.path("partition").asInt(0);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String value = batch.has("values") ? batch.get("values").get(i).asText() : "value-" + i;
      Long timestamp =
          batch.has("timestamp") ? batch.get("timestamp").asLong() + i * batch.path("timestampStepMs").asLong(0) : null;
      String key = batch.has("keys") ? batch.get("keys").get(i).asText() : null;
      ProducerRecord<String, String> record = new ProducerRecord<>(topic, partition, timestamp, key, value);
      batch.path("headers").properties().forEach(header -> record.headers()
          .add(new RecordHeader(header.getKey(), header.getValue().asText().getBytes(StandardCharsets.UTF_8))));
      sent.add(producer.send(record));
    }
    return new Batch(topic, partition, sent);
  }

  private Producer<String, String> create(Map<String, String> configs) {
    Properties properties = new Properties();
    properties.putAll(common);
    properties.put("linger.ms", "5");
    // A slow disk makes a broker take minutes over the first records of a thousand new logs.
    properties.put("delivery.timeout.ms", "900000");
    properties.putAll(configs);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }
}
