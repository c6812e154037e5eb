import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Kafka 4.2 renamed what `listShareGroupOffsets` answers with, and added the lag: read by reflection, so that both do. */
record ShareOffsets(Long start, Long lag) {
  static Map<TopicPartition, ShareOffsets> of(ListShareGroupOffsetsResult result, String group) throws Exception {
    Map<TopicPartition, ShareOffsets> offsets = new HashMap<>();
    for (Map.Entry<?, ?> entry : raw(result, group).entrySet()) {
      if (entry.getValue() != null) offsets.put((TopicPartition) entry.getKey(), from(entry.getValue()));
    }
    return offsets;
  }

  private static Map<?, ?> raw(ListShareGroupOffsetsResult result, String group) throws Exception {
    Class<?> type = ListShareGroupOffsetsResult.class;
    try {
      return (Map<?, ?>) ((KafkaFuture<?>) type.getMethod("partitionsToOffsetInfo", String.class).invoke(result, group)).get();
    } catch (NoSuchMethodException before42) {
      return (Map<?, ?>)
          ((KafkaFuture<?>) type.getMethod("partitionsToOffsetAndMetadata", String.class).invoke(result, group)).get();
    }
  }

  private static ShareOffsets from(Object info) throws Exception {
    try {
      Optional<?> lag = (Optional<?>) info.getClass().getMethod("lag").invoke(info);
      return new ShareOffsets((Long) info.getClass().getMethod("startOffset").invoke(info), (Long) lag.orElse(null));
    } catch (NoSuchMethodException before42) {
      return new ShareOffsets((Long) info.getClass().getMethod("offset").invoke(info), null);
    }
  }
}
