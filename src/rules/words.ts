/** Pieces of summaries and descriptions, as Prometheus templates. */

/** " in orders-prod" where the cluster has a name. */
export const IN_CLUSTER = '{{ with $labels.kafka_cluster }} in {{ . }}{{ end }}'
export const GROUP = '{{ $labels.consumergroup }}'
export const TOPIC = '{{ $labels.topic }}'
export const PARTITION = '{{ $labels.topic }}/{{ $labels.partition }}'
export const DURATION = '{{ $value | humanizeDuration }}'
export const SHARE = '{{ $value | humanizePercentage }}'
/** A count, whole: increase() extrapolates. */
export const COUNT = '{{ printf "%.0f" $value }}'
