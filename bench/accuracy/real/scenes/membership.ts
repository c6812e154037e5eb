import { NO_CONSUMER_AFTER_MS } from '../real-settings.ts'
import { each, type Stage } from '../scene.ts'

/** The only consumer goes for four minutes, and later for half a minute. */
export async function consumerStop(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'consumer stop, scale to zero', group: 'stopped', topic: 'stopped' })
  await stage.topic({ name: 'stopped', partitions: 2 })
  const crew = stage.crew({ group: 'stopped', topics: ['stopped'], commitEverySeconds: 1 }, cast)
  await crew.join(1)
  stage.flow(
    'stopped',
    () => 1,
    () => each(2, 1),
  )
  let from = 0
  stage.at(240, async () => {
    await crew.leaveAll()
    from = Date.now()
  })
  stage.at(480, async () => {
    for (const partition of [0, 1]) {
      const patienceMs = NO_CONSUMER_AFTER_MS
      cast.expectations.push({ partition, state: 'no_consumer', from, to: Date.now(), patienceMs })
    }
    await crew.join(1)
  })
  stage.at(640, () => crew.leaveAll())
  stage.at(670, () => crew.join(1))
}

/** Every 40 s one member leaves and another comes. */
export async function rolling(stage: Stage, kind: 'classic' | 'consumer'): Promise<void> {
  const name = kind === 'classic' ? 'rolling' : 'rolling-848'
  const title = kind === 'classic' ? 'rebalances, classic' : 'rebalances, KIP-848'
  const cast = stage.cast({ name: title, group: name, topic: name })
  await stage.topic({ name, partitions: 6 })
  const crew = stage.crew({ group: name, topics: [name], kind, commitEverySeconds: 1 }, cast)
  await crew.join(3)
  stage.flow(
    name,
    () => 1,
    () => each(6, 1),
  )
  for (let second = 90; second < 860; second += 40) {
    stage.at(second, async () => {
      await crew.leave(1)
      await stage.pause(5_000)
      await crew.join(1)
    })
  }
}

/** Moved to a time long gone, and later to the end. */
export async function rewindAndReset(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'rewind and reset', group: 'resets', topic: 'resets' })
  await stage.topic({ name: 'resets', partitions: 2 })
  const crew = stage.crew({ group: 'resets', topics: ['resets'], commitEverySeconds: 1 }, cast)
  await crew.join(1)
  stage.flow(
    'resets',
    () => 0.5,
    () => each(2, 1),
  )
  const move = async (toOf: (committed: number, end: number) => number) => {
    await crew.leaveAll()
    await stage.drainCommits()
    const logs = stage.writer.logsOf('resets')
    const moves = [0, 1].map(partition => {
      const committed = cast.ledger.commitsOf(partition).at(-1)?.offset ?? 0
      return { partition, to: toOf(committed, logs[partition]?.length ?? 0) }
    })
    const offsets = moves.map(({ partition, to }) => ['resets', partition, to] as const)
    await stage.lab.commitOffsets([{ group: 'resets', offsets }])
    const at = Date.now()
    for (const { partition, to } of moves) cast.ledger.commit(partition, to, at)
    // Long enough for a poll to see it.
    await stage.pause(8_000)
    await crew.join(1)
  }
  stage.at(200, () => move(committed => Math.max(0, committed - 150)))
  stage.at(500, () => move((_, end) => end))
  stage.at(700, () => move(committed => Math.max(0, committed - 50)))
}

/** A group goes on without one of its topics, whose backlog nobody reads any more. */
export async function abandoned(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'abandoned topic', group: 'moving', topic: 'left' })
  const next = stage.cast({ name: 'the topic it moved to', group: 'moving', topic: 'taken' })
  for (const name of ['left', 'taken']) {
    await stage.topic({ name, partitions: 2 })
    stage.flow(
      name,
      () => 2,
      () => each(2, 1),
    )
  }
  const options = { group: 'moving', topics: ['left', 'taken'], commitEverySeconds: 1 }
  const crew = stage.crew(options, cast, next)
  await crew.join(1)
  stage.at(150, async () => {
    await crew.leaveAll()
    await stage.pause(3_000)
    await crew.join(1, ['taken'])
    const from = Date.now()
    for (const partition of [0, 1]) {
      const to = Number.MAX_SAFE_INTEGER
      cast.expectations.push({ partition, state: 'abandoned', from, to, patienceMs: SETTLED_MS })
    }
  })
}

/** Until a member has what it joined for. */
const SETTLED_MS = 10_000

/** Deleted and made anew, and given more partitions later. */
export async function recreated(stage: Stage): Promise<void> {
  const { writer } = stage
  const topic = 'recreated'
  const cast = stage.cast({ name: 'recreate and expand', group: topic, topic })
  await stage.topic({ name: topic, partitions: 2 })
  const crew = stage.crew({ group: topic, topics: [topic], commitEverySeconds: 1 }, cast)
  await crew.join(1)
  let partitions = 2
  let isWritten = true
  stage.flow(
    topic,
    () => 0.7,
    () => (isWritten ? each(partitions, 1) : []),
  )
  stage.at(300, async () => {
    isWritten = false
    await stage.pause(3_000)
    const from = Date.now()
    await crew.leaveAll()
    await stage.drainCommits()
    await stage.lab.deleteTopics([topic])
    await stage.pause(6_000)
    await stage.topic({ name: topic, partitions: 2 })
    const to = Date.now()
    cast.ledger.dark.push({ from, to: to + 1_000 })
    for (const partition of [0, 1]) cast.ledger.commit(partition, -1, to)
    isWritten = true
    await crew.join(1)
  })
  stage.at(600, async () => {
    await writer.admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
    writer.begin(topic, 4, false)
    await stage.pause(2_000)
    partitions = 4
  })
}
