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
export function spelt(threshold: number | string): string {
  if (typeof threshold === 'string') {
    const [, count, letter] = /^(\d+)([dhm])$/.exec(threshold) ?? []
    const unit = UNITS.find(([, name]) => name[0] === letter)
    return unit === undefined ? threshold : spelt(Number(count) * unit[0])
  }
  const unit = UNITS.find(([size]) => threshold > 0 && threshold % size === 0)
  if (unit === undefined) return `${threshold} seconds`
  const [size, name, one] = unit
  return threshold === size ? one : `${threshold / size} ${name}s`
}
