import { waitUntil } from '../../harness/wait-until.ts'
import type { AlertWorld } from './alert-world.ts'
import { MEMBERS } from './consumers.ts'

/** Every consumer, then every broker, one after the other, as a deploy does it. */
export async function restartEverything({ kafka, lab }: AlertWorld): Promise<void> {
  for (const member of MEMBERS) {
    await lab.leave(member.member)
    await lab.join(member)
  }
  for (const id of [1, 2, 3]) {
    await kafka.broker(id).kill()
    await kafka.broker(id).restart()
    await kafka.ready()
    await waitUntil(`all replicas are in sync after broker ${id}`, async () => {
      const { topics } = await lab.oracle()
      const partitions = Object.values(topics).flatMap(topic => topic.partitions)
      return partitions.every(
        ({ leader, replicas, inSync }) => leader !== null && inSync.length === replicas.length,
      )
    })
  }
}
