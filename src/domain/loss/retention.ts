import type { TopicConfig } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { EMPTY_TOPOLOGY, type Topology } from '../../model/topology.ts'

/** What Kafka may delete by itself, per topic of a topology. */
export interface Retention {
  readonly topology: Topology
  readonly configs: ReadonlyMap<string, TopicConfig>
  /** 1 where cleanup.policy has `delete`, or is not known. */
  readonly mayDelete: Uint8Array
  /** retention.ms; NaN where it deletes nothing: unlimited, not known, no `delete`. */
  readonly timeMs: Float64Array
  /** retention.bytes, where the size of the leader's log says something about it; NaN elsewhere. */
  readonly bytes: Float64Array
  /** Whether `bytes` is known of any topic. */
  readonly hasBytes: boolean
}

export const NO_RETENTION: Retention = {
  topology: EMPTY_TOPOLOGY,
  configs: new Map(),
  mayDelete: new Uint8Array(0),
  timeMs: new Float64Array(0),
  bytes: new Float64Array(0),
  hasBytes: false,
}

/** A policy is a text to take apart. */
const TOPICS_PER_STEP = ROWS_PER_STEP / 4

/** The retention in force; the one before itself while neither topics nor configurations have changed. */
export function* readRetention(
  before: Retention,
  topology: Topology,
  configs: ReadonlyMap<string, TopicConfig>,
): Steps<Retention> {
  if (before.topology === topology && before.configs === configs) return before
  const count = topology.topics.length
  const mayDelete = new Uint8Array(count).fill(1)
  const timeMs = new Float64Array(count).fill(Number.NaN)
  const bytes = new Float64Array(count).fill(Number.NaN)
  let hasBytes = false
  for (let t = 0; t < count; t++) {
    if (t % TOPICS_PER_STEP === 0) yield
    const config = configs.get(topology.topics[t] as string)
    if (config === undefined) continue
    const policies = config.cleanupPolicy.split(',').map(policy => policy.trim())
    if (!policies.includes('delete')) {
      mayDelete[t] = 0
      continue
    }
    if (config.retentionMs >= 0) timeMs[t] = config.retentionMs
    // KIP-405: the leader's disk holds a part of a tiered log, and its limit is that of the whole. Compaction thins
    // out the old end of a log, so that its mean record size says nothing of the new end.
    if (config.retentionBytes < 0 || config.isTiered || policies.includes('compact')) continue
    bytes[t] = config.retentionBytes
    hasBytes = true
  }
  return { topology, configs, mayDelete, timeMs, bytes, hasBytes }
}
