import { each, type Stage } from '../scene.ts'

/** Two records a second on each partition, commits every second. */
export async function steady(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'steady', group: 'steady', topic: 'steady' })
  await stage.topic({ name: 'steady', partitions: 6 })
  await stage.crew({ group: 'steady', topics: ['steady'], commitEverySeconds: 1 }, cast).join(2)
  stage.flow(
    'steady',
    () => 0.5,
    () => each(6, 1),
  )
}

/** 200 records at once every minute, stamped by the broker, worked off at some 20 a second. */
export async function bursts(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'bursts, LogAppendTime', group: 'bursts', topic: 'bursts' })
  const configs = { 'message.timestamp.type': 'LogAppendTime' }
  await stage.topic({ name: 'bursts', partitions: 2, configs })
  await stage.crew({ group: 'bursts', topics: ['bursts'], recordsPerSecond: 20 }, cast).join(2)
  stage.flow(
    'bursts',
    () => 60,
    () => each(2, 200),
  )
}

/** A record now and then, for two seconds of work. */
export async function sparse(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'sparse', group: 'sparse', topic: 'sparse' })
  await stage.topic({ name: 'sparse', partitions: 4 })
  await stage.crew({ group: 'sparse', topics: ['sparse'], recordsPerSecond: 0.5 }, cast).join(2)
  stage.flow(
    'sparse',
    () => stage.random.exponential(15),
    () => [{ partition: Math.floor(stage.random.between(0, 4)), count: 1 }],
  )
}

/** Nothing for five minutes, then a thousand records on each partition. */
export async function idleThenBurst(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'idle, then burst', group: 'idle', topic: 'idle' })
  await stage.topic({ name: 'idle', partitions: 2 })
  await stage.writer.write('idle', each(2, 20))
  await stage.crew({ group: 'idle', topics: ['idle'], recordsPerSecond: 20 }, cast).join(2)
  for (const second of [300, 660]) stage.at(second, () => stage.writer.write('idle', each(2, 1_000)))
}

/** The next record of a key replaces it: what waits for a commit every 25 s is half gone by then. */
export async function compaction(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'compaction', group: 'compacting', topic: 'compacted' })
  await stage.topic({
    name: 'compacted',
    partitions: 2,
    configs: {
      'cleanup.policy': 'compact',
      'segment.ms': '4000',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '1000',
    },
  })
  stage.compacted.add('compacted')
  await stage.crew({ group: 'compacting', topics: ['compacted'], commitEverySeconds: 25 }, cast).join(1)
  stage.flow(
    'compacted',
    () => 0.4,
    () =>
      [0, 1].map(partition => ({
        partition,
        count: 1,
        key: `key-${Math.floor(stage.random.between(0, 15))}`,
      })),
  )
}
