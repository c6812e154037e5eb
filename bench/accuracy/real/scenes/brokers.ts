import { HUNG_AFTER_MS, NO_CONSUMER_AFTER_MS } from '../real-settings.ts'
import { each, type Stage } from '../scene.ts'

/** Transactions of some seconds, a quarter of them aborted, with pauses in which all is read: to a group that declares it. */
export async function transactions(stage: Stage): Promise<void> {
  const topic = 'payments'
  const shared = { topic, isolation: 'read_committed' } as const
  const declared = stage.cast({ ...shared, name: 'transactions with aborts, drained', group: 'payments' })
  const undeclared = stage.cast({ topic, name: 'the same, isolation not declared', group: 'payments-auto' })
  await stage.topic({ name: topic, partitions: 2 })
  stage.watchedStables.add(topic)
  const configs = { 'isolation.level': 'read_committed' }
  for (const cast of [declared, undeclared]) {
    const crew = stage.crew({ group: cast.group, topics: [topic], configs, commitEverySeconds: 1 }, cast)
    await crew.join(1)
  }
  const { random } = stage
  stage.loop(async () => {
    const { second } = stage
    const isQuiet = (second > 200 && second < 280) || (second > 500 && second < 600) || second > 820
    if (!isQuiet) {
      const records = each(2, 1 + Math.floor(random.between(0, 8)))
      const outcome = random.next() < 0.25 ? 'abort' : 'commit'
      await stage.writer.transact('payments', topic, records, outcome, random.between(500, 3_000))
    }
    await stage.pause(random.exponential(2_000))
  })
}

/** From the beginning a producer that died in a transaction; on the other partition one that takes two minutes. */
export async function hungTransaction(stage: Stage): Promise<void> {
  const topic = 'ledger'
  const cast = stage.cast({ name: 'hung transaction', group: 'ledger', topic })
  await stage.topic({ name: topic, partitions: 2 })
  stage.watchedStables.add(topic)
  const configs = { 'isolation.level': 'read_committed' }
  await stage.writer.write(topic, each(2, 3))
  await stage.writer.transact('ledger-7', topic, [{ partition: 0, count: 2 }], 'open')
  const from = Date.now()
  await stage.crew({ group: 'ledger', topics: [topic], configs, commitEverySeconds: 1 }, cast).join(1)
  stage.flow(
    topic,
    () => 1,
    () => each(2, 1),
  )
  const to = Number.MAX_SAFE_INTEGER
  cast.expectations.push({ partition: 0, state: 'hung_transaction', from, to, patienceMs: HUNG_AFTER_MS })
  stage.at(240, () =>
    stage.writer.transact('ledger-8', topic, [{ partition: 1, count: 2 }], 'commit', 120_000),
  )
}

const RETENTION_MS = 60_000
const SEGMENT_MS = 10_000
const DELETING = { 'retention.ms': String(RETENTION_MS), 'segment.ms': String(SEGMENT_MS) }
const RETENTION = { retentionMs: RETENTION_MS, segmentMs: SEGMENT_MS }

/** The consumer goes, and retention of a minute takes what waits for it. */
export async function drainedByRetention(stage: Stage): Promise<void> {
  const topic = 'clicks'
  const cast = stage.cast({ name: 'drained by retention', group: 'clicks', topic, retention: RETENTION })
  await stage.topic({ name: topic, partitions: 2, configs: DELETING })
  stage.watchedStarts.add(topic)
  const crew = stage.crew({ group: 'clicks', topics: [topic], commitEverySeconds: 1 }, cast)
  await crew.join(1)
  stage.flow(
    topic,
    () => 0.5,
    () => each(2, 1, 200),
  )
  let from = 0
  stage.at(180, async () => {
    await crew.leaveAll()
    from = Date.now()
  })
  stage.at(540, async () => {
    for (const partition of [0, 1]) {
      const patienceMs = NO_CONSUMER_AFTER_MS
      cast.expectations.push({ partition, state: 'no_consumer', from, to: Date.now(), patienceMs })
    }
    await crew.join(1)
  })
}

/** A consumer slower than the producer: retention overtakes it while it works, again and again. */
export async function overtakenByRetention(stage: Stage): Promise<void> {
  const topic = 'overtaken'
  const cast = stage.cast({ name: 'overtaken by retention', group: topic, topic, retention: RETENTION })
  await stage.topic({ name: topic, partitions: 1, configs: DELETING })
  stage.watchedStarts.add(topic)
  await stage.crew({ group: topic, topics: [topic], recordsPerSecond: 1 }, cast).join(1)
  stage.flow(
    topic,
    () => 0.5,
    () => each(1, 1, 200),
  )
}
