import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

final class Topics {
  private final Admin admin;

  Topics(Admin admin) {
    this.admin = admin;
  }

  /** {topics: [{name, partitions?, replication?, assignments?: [[broker]], configs?}]}; returns name → topic id. */
  Object create(JsonNode request) throws Exception {
    List<NewTopic> wanted = new ArrayList<>();
    for (JsonNode topic : request.get("topics")) wanted.add(toNewTopic(topic));
    admin.createTopics(wanted).all().get();
    List<String> names = wanted.stream().map(NewTopic::name).toList();
    Map<String, String> ids = new TreeMap<>();
    while (ids.size() < names.size()) {
      ids.clear();
      try {
        for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
          boolean led = topic.partitions().stream().allMatch(p -> p.leader() != null && !p.leader().isEmpty());
          if (led) ids.put(topic.name(), topic.topicId().toString());
        }
      } catch (java.util.concurrent.ExecutionException error) {
        // The broker that was asked has not heard of them yet.
        if (!(error.getCause() instanceof UnknownTopicOrPartitionException)) throw error;
      }
      if (ids.size() < names.size()) Thread.sleep(50);
    }
    return ids;
  }

  private static NewTopic toNewTopic(JsonNode topic) {
    String name = topic.get("name").asText();
    NewTopic result;
    if (topic.has("assignments")) {
      Map<Integer, List<Integer>> replicas = new HashMap<>();
      int partition = 0;
      for (JsonNode brokers : topic.get("assignments")) {
        List<Integer> ids = new ArrayList<>();
        brokers.forEach(broker -> ids.add(broker.asInt()));
        replicas.put(partition++, ids);
      }
      result = new NewTopic(name, replicas);
    } else {
      Optional<Short> replication =
          topic.has("replication") ? Optional.of((short) topic.get("replication").asInt()) : Optional.empty();
      result = new NewTopic(name, Optional.of(topic.path("partitions").asInt(1)), replication);
    }
    Map<String, String> configs = new HashMap<>();
    topic.path("configs").properties().forEach(entry -> configs.put(entry.getKey(), entry.getValue().asText()));
    return result.configs(configs);
  }

  /** {topic, configs}: over those that it has. */
  Object configure(JsonNode request) throws Exception {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, request.get("topic").asText());
    List<AlterConfigOp> changes = new ArrayList<>();
    request.get("configs").properties().forEach(entry -> changes.add(
        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue().asText()), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
    return null;
  }

  /** {names}; returns when the brokers no longer list them. */
  Object delete(JsonNode request) throws Exception {
    List<String> names = new ArrayList<>();
    request.get("names").forEach(name -> names.add(name.asText()));
    admin.deleteTopics(names).all().get();
    for (Set<String> left = Set.copyOf(names); !left.isEmpty(); ) {
      Set<String> listed = admin.listTopics().names().get();
      left = Set.copyOf(names.stream().filter(listed::contains).toList());
      if (!left.isEmpty()) Thread.sleep(50);
    }
    return null;
  }

  /** {topic, partition, before}: moves the log start offset, as retention would. */
  Object deleteRecords(JsonNode request) throws Exception {
    TopicPartition partition = new TopicPartition(request.get("topic").asText(), request.get("partition").asInt());
    RecordsToDelete before = RecordsToDelete.beforeOffset(request.get("before").asLong());
    return admin.deleteRecords(Map.of(partition, before)).lowWatermarks().get(partition).get().lowWatermark();
  }

  /** {topic, partition}: the producers that its leader knows, as [{producerId, transactionStart}]; -1 where none is open. */
  Object producers(JsonNode request) throws Exception {
    TopicPartition partition = new TopicPartition(request.get("topic").asText(), request.get("partition").asInt());
    List<Object> result = new ArrayList<>();
    for (ProducerState producer : admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers()) {
      long start = producer.currentTransactionStartOffset().orElse(-1);
      result.add(Map.of("producerId", producer.producerId(), "transactionStart", start));
    }
    return result;
  }
}
