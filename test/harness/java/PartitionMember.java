import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a classic or KIP-848 group that commits each batch when it has dealt with it. */
final class PartitionMember implements Members.Member {
  private final Consumer<String, String> consumer;
  private final List<String> topics;
  private final Thread thread;
  private volatile Set<TopicPartition> assigned = Set.of();
  private volatile Set<TopicPartition> wedged = Set.of();
  /** 0: as fast as it can. */
  private volatile double recordsPerSecond;
  /** 0: when something has been dealt with. */
  private volatile double commitEverySeconds;
  private boolean hasUncommitted;
  private long committedAtNanos = System.nanoTime();
  private volatile boolean frozen;
  private volatile boolean leaving;
  private volatile RuntimeException failure;

  PartitionMember(Properties properties, List<String> topics) {
    properties.put("enable.auto.commit", "false");
    properties.putIfAbsent("max.poll.records", "100");
    this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    this.topics = topics;
    this.thread = Lab.daemon(this::run);
    this.thread.start();
  }

  private void run() {
    try {
      consumer.subscribe(topics);
      while (!leaving) {
        if (frozen) {
          // No poll, no heartbeat of progress: what a deadlocked handler looks like from outside.
          Thread.sleep(20);
          continue;
        }
        consumer.pause(intersection(wedged, consumer.assignment()));
        Set<TopicPartition> healthy = new HashSet<>(consumer.paused());
        healthy.removeAll(wedged);
        consumer.resume(healthy);
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
        assigned = Set.copyOf(consumer.assignment());
        work(records);
      }
    } catch (InterruptedException ended) {
      // Asked to leave.
    } catch (RuntimeException error) {
      failure = error;
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    }
  }

  private void work(ConsumerRecords<String, String> records) throws InterruptedException {
    for (ConsumerRecord<String, String> record : records) {
      if (leaving) return;
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (wedged.contains(partition)) {
        // Read, not dealt with: to be read again when the wedge is gone.
        if (!consumer.paused().contains(partition)) consumer.seek(partition, record.offset());
        consumer.pause(List.of(partition));
        continue;
      }
      if (recordsPerSecond > 0) Thread.sleep(Math.round(1000 / recordsPerSecond));
      if (recordsPerSecond > 0) commit(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
    }
    if (recordsPerSecond == 0) commitWhenDue(!records.isEmpty());
  }

  private void commitWhenDue(boolean isNew) {
    hasUncommitted |= isNew;
    if (!hasUncommitted || System.nanoTime() - committedAtNanos < commitEverySeconds * 1e9) return;
    commit(null);
    hasUncommitted = false;
    committedAtNanos = System.nanoTime();
  }

  /** Null: the positions of everything. */
  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      if (offsets == null) consumer.commitSync();
      else consumer.commitSync(offsets);
    } catch (RebalanceInProgressException | RetriableException again) {
      // The next commit covers it.
    } catch (org.apache.kafka.clients.consumer.CommitFailedException lost) {
      // The partitions belong to somebody else now.
    }
  }

  private static Set<TopicPartition> intersection(Set<TopicPartition> one, Set<TopicPartition> other) {
    Set<TopicPartition> both = new HashSet<>(one);
    both.retainAll(other);
    return both;
  }

  @Override
  public void awaitAssigned() throws InterruptedException {
    while (assigned.isEmpty()) {
      if (failure != null) throw failure;
      Thread.sleep(20);
    }
  }

  @Override
  public void steer(JsonNode wishes) {
    if (wishes.has("recordsPerSecond")) recordsPerSecond = wishes.get("recordsPerSecond").asDouble();
    if (wishes.has("commitEverySeconds")) commitEverySeconds = wishes.get("commitEverySeconds").asDouble();
    if (wishes.has("frozen")) frozen = wishes.get("frozen").asBoolean();
    if (wishes.has("wedged")) {
      Set<TopicPartition> partitions = new HashSet<>();
      wishes.get("wedged").forEach(p -> partitions.add(new TopicPartition(p.get(0).asText(), p.get(1).asInt())));
      wedged = Set.copyOf(partitions);
    }
  }

  @Override
  public void leave() throws InterruptedException {
    leaving = true;
    thread.join();
    if (failure != null) throw failure;
  }
}
