import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the consumers that name it among their `interceptor.classes` committed, and when they learnt of its acceptance. */
public final class CommitLog implements ConsumerInterceptor<String, String> {
  private static final ConcurrentLinkedQueue<List<Object>> ACCEPTED = new ConcurrentLinkedQueue<>();
  private String group;

  /** {}; returns [[group, topic, partition, offset, milliseconds since the epoch]] since the last call. */
  static Object drain() {
    List<Object> result = new ArrayList<>();
    for (List<Object> one; (one = ACCEPTED.poll()) != null; ) result.add(one);
    return result;
  }

  @Override
  public void configure(Map<String, ?> configs) {
    group = String.valueOf(configs.get("group.id"));
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    long now = System.currentTimeMillis();
    offsets.forEach((p, at) -> ACCEPTED.add(List.of(group, p.topic(), p.partition(), at.offset(), now)));
  }

  @Override
  public ConsumerRecords<String, String> onConsume(ConsumerRecords<String, String> records) {
    return records;
  }

  @Override
  public void close() {}
}
