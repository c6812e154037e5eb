import { each, type Stage } from '../scene.ts'

const POISONED = 17

/** One of fifty partitions comes to a record that its consumer tries again for ever. */
export async function poisonPill(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'poison pill on 1 of 50', group: 'poisoned', topic: 'fifty' })
  await stage.topic({ name: 'fifty', partitions: 50 })
  const crew = stage.crew({ group: 'poisoned', topics: ['fifty'], commitEverySeconds: 1 }, cast)
  await crew.join(5)
  stage.flow(
    'fifty',
    () => 1.5,
    () => each(50, 1),
  )
  stage.at(360, () => crew.wedge('fifty', POISONED))
  stage.at(780, () => crew.release())
}

/** Commits every 45 s, which is more than the 30 s of its objective; one partition is wedged near the end. */
export async function slowCommitter(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'slow committer, 45 s', group: 'slow', topic: 'slow' })
  await stage.topic({ name: 'slow', partitions: 4 })
  const crew = stage.crew({ group: 'slow', topics: ['slow'], commitEverySeconds: 45 }, cast)
  await crew.join(1)
  stage.flow(
    'slow',
    () => 1,
    () => each(4, 1),
  )
  stage.at(720, () => crew.wedge('slow', 2))
}

/** Each record is work for 48 s. */
export async function longMessage(stage: Stage): Promise<void> {
  const cast = stage.cast({ name: 'long message', group: 'jobs', topic: 'jobs' })
  await stage.topic({ name: 'jobs', partitions: 2 })
  await stage.crew({ group: 'jobs', topics: ['jobs'], recordsPerSecond: 1 / 48 }, cast).join(2)
  stage.flow(
    'jobs',
    () => stage.random.exponential(60),
    () => [{ partition: Math.floor(stage.random.between(0, 2)), count: 1 }],
  )
}
