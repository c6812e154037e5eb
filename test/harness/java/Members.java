import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;

/** Long-lived group members of every kind, by a name that the caller gives them. */
final class Members {
  interface Member {
    /** Returns when the member has what it consumes from. */
    void awaitAssigned() throws Exception;

    /** {recordsPerSecond?, commitEverySeconds?, wedged?: [[topic, partition]], frozen?}: what is absent stays as it is. */
    void steer(JsonNode wishes);

    void leave() throws Exception;
  }

  private final Properties common;
  private final Admin admin;
  private final Path stateDir;
  private final Map<String, Member> members = new ConcurrentHashMap<>();

  Members(Properties common, Admin admin, Path stateDir) {
    this.common = common;
    this.admin = admin;
    this.stateDir = stateDir;
  }

  /**
   * {member, kind: "classic" | "consumer" | "share" | "streams", group, topics, clientId?, configs?, awaitAssigned?, and
   * what `steer` takes}.
   */
  Object join(JsonNode request) throws Exception {
    String name = request.get("member").asText();
    Member member = create(name, request);
    if (members.putIfAbsent(name, member) != null) {
      member.leave();
      throw new IllegalArgumentException("there is a member " + name + " already");
    }
    member.steer(request);
    if (request.path("awaitAssigned").asBoolean(true)) member.awaitAssigned();
    return null;
  }

  Object steer(JsonNode request) {
    find(request).steer(request);
    return null;
  }

  Object leave(JsonNode request) throws Exception {
    Member member = find(request);
    members.remove(request.get("member").asText());
    member.leave();
    return null;
  }

  private Member find(JsonNode request) {
    Member member = members.get(request.get("member").asText());
    if (member == null) throw new IllegalArgumentException("no member " + request.get("member"));
    return member;
  }

  private Member create(String name, JsonNode request) throws Exception {
    String kind = request.get("kind").asText();
    String group = request.get("group").asText();
    List<String> topics = new ArrayList<>();
    request.get("topics").forEach(topic -> topics.add(topic.asText()));
    Properties properties = new Properties();
    properties.putAll(common);
    properties.put("client.id", request.path("clientId").asText(name));
    properties.put("group.id", group);
    request.path("configs").properties().forEach(e -> properties.put(e.getKey(), e.getValue().asText()));
    return switch (kind) {
      case "classic", "consumer" -> {
        properties.put("group.protocol", kind);
        properties.putIfAbsent("auto.offset.reset", "earliest");
        yield new PartitionMember(properties, topics);
      }
      case "share" -> {
        startFromTheBeginning(group);
        yield new ShareMember(properties, topics);
      }
      case "streams" -> {
        properties.remove("group.id");
        properties.put("application.id", group);
        properties.put("group.protocol", "streams");
        properties.put("auto.offset.reset", "earliest");
        properties.put("commit.interval.ms", "200");
        properties.put("state.dir", stateDir.resolve(name).toString());
        yield new StreamsMember(properties, topics);
      }
      default -> throw new IllegalArgumentException("no such kind of member: " + kind);
    };
  }

  private void startFromTheBeginning(String group) throws Exception {
    ConfigEntry earliest = new ConfigEntry("share.auto.offset.reset", "earliest");
    Collection<AlterConfigOp> change = List.of(new AlterConfigOp(earliest, AlterConfigOp.OpType.SET));
    admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), change)).all().get();
  }

  private final class ShareMember implements Member {
    private final ShareConsumer<String, String> consumer;
    private final Thread thread;
    private final String group;
    private final String clientId;
    private volatile boolean frozen;
    private volatile boolean leaving;

    ShareMember(Properties properties, List<String> topics) {
      consumer = new KafkaShareConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
      group = properties.getProperty("group.id");
      clientId = properties.getProperty("client.id");
      consumer.subscribe(topics);
      thread = Lab.daemon(this::run);
      thread.start();
    }

    private void run() {
      try (consumer) {
        while (!leaving) {
          if (frozen) Thread.sleep(20);
          // Left alone, a poll acknowledges the previous records only together with the next ones.
          else if (!consumer.poll(Duration.ofMillis(200)).isEmpty()) consumer.commitSync();
        }
      } catch (WakeupException | InterruptedException ended) {
        // Asked to leave.
      }
    }

    @Override
    public void awaitAssigned() throws Exception {
      while (!isAssigned()) Thread.sleep(50);
    }

    private boolean isAssigned() throws Exception {
      try {
        return admin.describeShareGroups(List.of(group)).all().get().get(group).members().stream()
            .anyMatch(m -> m.clientId().equals(clientId) && !m.assignment().topicPartitions().isEmpty());
      } catch (ExecutionException error) {
        if (error.getCause() instanceof GroupIdNotFoundException) return false;
        throw error;
      }
    }

    @Override
    public void steer(JsonNode wishes) {
      if (wishes.has("frozen")) frozen = wishes.get("frozen").asBoolean();
    }

    @Override
    public void leave() throws InterruptedException {
      leaving = true;
      thread.join();
    }
  }

  private static final class StreamsMember implements Member {
    private final KafkaStreams streams;

    StreamsMember(Properties properties, List<String> topics) {
      StreamsBuilder builder = new StreamsBuilder();
      builder.stream(topics).foreach((key, value) -> {});
      properties.put("default.key.serde", "org.apache.kafka.common.serialization.Serdes$StringSerde");
      properties.put("default.value.serde", "org.apache.kafka.common.serialization.Serdes$StringSerde");
      streams = new KafkaStreams(builder.build(), properties);
      streams.start();
    }

    @Override
    public void awaitAssigned() throws Exception {
      while (streams.state() != KafkaStreams.State.RUNNING) {
        if (streams.state().hasCompletedShutdown()) throw new IllegalStateException("the streams client ended");
        Thread.sleep(50);
      }
    }

    @Override
    public void steer(JsonNode wishes) {
      if (!wishes.has("frozen")) return;
      if (wishes.get("frozen").asBoolean()) streams.pause();
      else streams.resume();
    }

    @Override
    public void leave() {
      streams.close(Duration.ofSeconds(10));
    }
  }
}
