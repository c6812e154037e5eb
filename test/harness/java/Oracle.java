import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The truth to compare with: everything that Kafka's own Admin client says. What it could not read is null. */
final class Oracle {
  private final Admin admin;

  Oracle(Admin admin) {
    this.admin = admin;
  }

  Object read(JsonNode request) throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    Map<String, Object> topics = readTopics(ends);
    return Map.of("topics", topics, "groups", readGroups(ends));
  }

  private Map<String, Object> readTopics(Map<TopicPartition, Long> ends) throws Exception {
    Map<String, TopicDescription> described = admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get();
    List<TopicPartition> all = new ArrayList<>();
    described.values().forEach(t -> t.partitions().forEach(p -> all.add(new TopicPartition(t.name(), p.partition()))));
    Map<TopicPartition, Long> starts = offsets(all, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    Map<TopicPartition, Long> stable = offsets(all, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    ends.putAll(offsets(all, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED));
    Map<String, Object> topics = new TreeMap<>();
    for (TopicDescription topic : described.values()) {
      List<Object> partitions = new ArrayList<>();
      for (TopicPartitionInfo info : topic.partitions()) {
        TopicPartition key = new TopicPartition(topic.name(), info.partition());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("partition", info.partition());
        row.put("leader", info.leader() == null || info.leader().isEmpty() ? null : info.leader().id());
        row.put("replicas", info.replicas().stream().map(Node::id).toList());
        row.put("inSync", info.isr().stream().map(Node::id).sorted().toList());
        row.put("start", starts.get(key));
        row.put("end", ends.get(key));
        row.put("lastStable", stable.get(key));
        partitions.add(row);
      }
      topics.put(topic.name(), Map.of("id", topic.topicId().toString(), "partitions", partitions));
    }
    return topics;
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel level)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, spec));
    ListOffsetsResult result = admin.listOffsets(wanted, new ListOffsetsOptions(level));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      try {
        offsets.put(partition, result.partitionResult(partition).get().offset());
      } catch (ExecutionException unreadable) {
        offsets.put(partition, null);
      }
    }
    return offsets;
  }

  private Map<String, Object> readGroups(Map<TopicPartition, Long> ends) throws Exception {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    Map<GroupType, List<String>> byType = new HashMap<>();
    for (GroupListing listing : admin.listGroups().all().get()) {
      GroupType type = listing.type().orElse(GroupType.CLASSIC);
      byType.computeIfAbsent(type, key -> new ArrayList<>()).add(listing.groupId());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("type", type.toString().toLowerCase());
      row.put("protocolType", listing.protocol());
      row.put("state", listing.groupState().map(Object::toString).orElse(null));
      row.put("members", List.of());
      row.put("offsets", List.of());
      rows.put(listing.groupId(), row);
    }
    List<String> committing = new ArrayList<>();
    List<String> consumers = new ArrayList<>();
    byType.forEach((type, ids) -> {
      if (type != GroupType.SHARE) committing.addAll(ids);
      if (type == GroupType.CLASSIC || type == GroupType.CONSUMER) consumers.addAll(ids);
    });
    describeConsumers(rows, consumers);
    List<String> shares = byType.getOrDefault(GroupType.SHARE, List.of());
    if (!shares.isEmpty()) readShareGroups(rows, shares);
    List<String> streams = byType.getOrDefault(GroupType.STREAMS, List.of());
    if (!streams.isEmpty()) describeStreams(rows, streams);
    if (!committing.isEmpty()) readCommits(rows, committing, ends);
    return new TreeMap<>(rows);
  }

  private void readCommits(Map<String, Map<String, Object>> rows, List<String> groups, Map<TopicPartition, Long> ends)
      throws Exception {
    Map<String, ListConsumerGroupOffsetsSpec> wanted = new HashMap<>();
    groups.forEach(group -> wanted.put(group, new ListConsumerGroupOffsetsSpec()));
    for (var group : admin.listConsumerGroupOffsets(wanted).all().get().entrySet()) {
      List<Object> offsets = new ArrayList<>();
      for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : group.getValue().entrySet()) {
        if (entry.getValue() == null) continue;
        Long end = ends.get(entry.getKey());
        Long lag = end == null ? null : (Long) (end - entry.getValue().offset());
        offsets.add(offsetRow(entry.getKey(), entry.getValue().offset(), lag));
      }
      rows.get(group.getKey()).put("offsets", offsets);
    }
  }

  private void describeConsumers(Map<String, Map<String, Object>> rows, List<String> groups) throws Exception {
    for (var entry : admin.describeConsumerGroups(groups).describedGroups().entrySet()) {
      try {
        ConsumerGroupDescription group = entry.getValue().get();
        List<Object> members = new ArrayList<>();
        for (MemberDescription m : group.members()) {
          members.add(memberRow(m.consumerId(), m.clientId(), m.host(), m.groupInstanceId(), m.assignment().topicPartitions()));
        }
        describe(rows.get(entry.getKey()), group.coordinator(), members);
      } catch (ExecutionException notOfConsumers) {
        // A classic group of another protocol, Connect's for one: listed, not described.
        rows.get(entry.getKey()).put("coordinator", null);
      }
    }
  }

  private void readShareGroups(Map<String, Map<String, Object>> rows, List<String> groups) throws Exception {
    for (var group : admin.describeShareGroups(groups).all().get().values()) {
      List<Object> members = new ArrayList<>();
      for (var m : group.members()) {
        members.add(memberRow(m.consumerId(), m.clientId(), m.host(), Optional.empty(), m.assignment().topicPartitions()));
      }
      describe(rows.get(group.groupId()), group.coordinator(), members);
    }
    for (String group : groups) {
      ListShareGroupOffsetsResult listed = admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()));
      List<Object> offsets = new ArrayList<>();
      for (var entry : ShareOffsets.of(listed, group).entrySet()) {
        offsets.add(offsetRow(entry.getKey(), entry.getValue().start(), entry.getValue().lag()));
      }
      rows.get(group).put("offsets", offsets);
    }
  }

  private void describeStreams(Map<String, Map<String, Object>> rows, List<String> groups) throws Exception {
    for (var group : admin.describeStreamsGroups(groups).all().get().values()) {
      List<Object> members = new ArrayList<>();
      for (var m : group.members()) {
        members.add(memberRow(m.memberId(), m.clientId(), m.clientHost(), m.instanceId(), List.of()));
      }
      describe(rows.get(group.groupId()), group.coordinator(), members);
    }
  }

  private static void describe(Map<String, Object> row, Node coordinator, List<Object> members) {
    row.put("coordinator", coordinator == null || coordinator.isEmpty() ? null : coordinator.id());
    row.put("members", members);
  }

  private static Map<String, Object> offsetRow(TopicPartition partition, Long offset, Long lag) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("topic", partition.topic());
    row.put("partition", partition.partition());
    row.put("offset", offset);
    row.put("lag", lag);
    return row;
  }

  private static Map<String, Object> memberRow(
      String id, String clientId, String host, Optional<String> instanceId, Collection<TopicPartition> partitions) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    row.put("clientId", clientId);
    row.put("host", host);
    row.put("instanceId", instanceId.orElse(null));
    row.put("partitions", partitions.stream().map(TopicPartition::toString).sorted().toList());
    return row;
  }
}
