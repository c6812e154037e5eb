import type { Page } from './published.ts'

const CELL =
  /^kafka_consumergroup_current_offset\{(consumergroup="[^"]*", )(topic="[^"]*", )(partition="[^"]*")\}$/

/**
 * What kafka_exporter would publish of the same reading: to it everything between a commit and the end is lag, the
 * markers of transactions and what was aborted or deleted too.
 */
export function asKafkaExporter(page: Page): Page {
  const own = new Map([...page].filter(([name]) => !name.startsWith('kafka_consumergroup_lag')))
  const sums = new Map<string, number>()
  for (const [name, committed] of page) {
    const [, group, topic, partition] = CELL.exec(name) ?? []
    const end = page.get(`kafka_topic_partition_current_offset{${topic}${partition}}`)
    if (end === undefined) continue
    own.set(`kafka_consumergroup_lag{${group}${topic}${partition}}`, end - committed)
    const sum = `kafka_consumergroup_lag_sum{${group}${topic?.slice(0, -2)}}`
    sums.set(sum, (sums.get(sum) ?? 0) + end - committed)
  }
  return new Map([...own, ...sums])
}
