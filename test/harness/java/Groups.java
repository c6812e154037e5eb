import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

final class Groups {
  private final Admin admin;

  Groups(Admin admin) {
    this.admin = admin;
  }

  /** {groups: [{group, offsets: [[topic, partition, offset]]}]}; the groups must have no members. */
  Object commit(JsonNode request) throws Exception {
    List<AlterConsumerGroupOffsetsResult> pending = new ArrayList<>();
    for (JsonNode group : request.get("groups")) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      for (JsonNode row : group.get("offsets")) {
        offsets.put(new TopicPartition(row.get(0).asText(), row.get(1).asInt()), new OffsetAndMetadata(row.get(2).asLong()));
      }
      pending.add(admin.alterConsumerGroupOffsets(group.get("group").asText(), offsets));
    }
    for (AlterConsumerGroupOffsetsResult one : pending) one.all().get();
    return null;
  }

  /** {groups: [id]}, without members. */
  Object delete(JsonNode request) throws Exception {
    List<String> groups = new ArrayList<>();
    request.get("groups").forEach(group -> groups.add(group.asText()));
    admin.deleteConsumerGroups(groups).all().get();
    return null;
  }
}
