import { waitUntil } from '../harness/wait-until.ts'
import { TOPIC } from './kit-chaos-recovery.ts'
import type { ChaosWorld } from './kit-chaos-world.ts'

/** By partition and offset, where the records were read that lie in the dead-letter topic. */
export async function deadLettersOf({ kafka }: ChaosWorld): Promise<ReadonlySet<string>> {
  const topic = `${TOPIC}-dlq`
  const admin = kafka.admin()
  await admin.connect()
  const [end] = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect())
  const places = new Set<string>()
  let next = 0
  const reader = kafka.consumer({ groupId: 'chaos-readers', maxWaitTimeInMs: 500 })
  await reader.connect()
  try {
    await reader.subscribe({ topic, fromBeginning: true })
    await reader.run({
      async eachMessage({ message: { offset, headers } }) {
        places.add(`${headers?.['kafka-health.dlq.partition']}/${headers?.['kafka-health.dlq.offset']}`)
        next = Number(offset) + 1
      },
    })
    await waitUntil('all dead letters are read', () => next === Number(end?.high))
  } finally {
    await reader.disconnect()
  }
  return places
}
