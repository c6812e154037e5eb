import type { Stage } from './scene.ts'

/** Looks at what only the brokers know, again and again, until the run is over. */
export function watchBrokers(stage: Stage): void {
  stage.loop(async () => {
    await stage.drainCommits()
    await stage.pause(1_000)
  })
  for (const topic of new Set([...stage.watchedStarts, ...stage.watchedStables])) {
    stage.loop(async () => {
      await sightOffsets(stage, topic)
      await stage.pause(300)
    })
  }
  for (const topic of stage.compacted) {
    stage.loop(async () => {
      await sightContents(stage, topic)
      await stage.pause(1_000)
    })
  }
}

/** kafkajs asks as a reader of committed data: what it calls the high offset is the last stable one. */
async function sightOffsets({ writer }: Stage, topic: string): Promise<void> {
  const asked = Date.now()
  const offsets = await writer.admin.fetchTopicOffsets(topic)
  const answered = Date.now()
  for (const { partition, low, high } of offsets) {
    const log = writer.logsOf(topic)[partition]
    log?.starts.add(asked, answered, Number(low))
    log?.stables.add(asked, answered, Number(high))
  }
}

/** Records that are gone since the last look were compacted away between the two. */
async function sightContents({ lab, writer }: Stage, topic: string): Promise<void> {
  const logs = writer.logsOf(topic)
  const known = logs.map(log => log.length)
  const asked = Date.now()
  const contents = await lab.contents(topic, logs.length)
  const answered = Date.now()
  contents.forEach((offsets, p) => {
    const log = logs[p]
    if (log === undefined) return
    const present = new Set(offsets)
    for (let o = 0; o < (known[p] as number); o++) {
      if ((log.goneBy[o] as number) <= asked || log.control[o]) continue
      // Not before the last look that found it.
      if (present.has(o)) log.goneAfter[o] = asked
      else {
        if (log.goneAfter[o] === Number.POSITIVE_INFINITY) log.goneAfter[o] = log.ackedAt[o] as number
        log.goneBy[o] = answered
      }
    }
  })
}
