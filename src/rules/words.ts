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

const UNITS = [
  [86_400, 'day', 'a day'],
  [3600, 'hour', 'an hour'],
  [60, 'minute', 'a minute'],
] as const

/** A threshold in the largest unit that it is a whole number of: "a day", "36 hours", "90 seconds". */
export function spelt(seconds: number): string {
  const unit = UNITS.find(([size]) => seconds > 0 && seconds % size === 0)
  if (unit === undefined) return `${seconds} seconds`
  const [size, name, one] = unit
  return seconds === size ? one : `${seconds / size} ${name}s`
}
