import type { Kafka } from 'kafkajs'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand, startCommand } from './command.ts'

export interface KillPlan {
  readonly brokers: string
  readonly main: string
  readonly topic: string
  readonly target: string
  readonly records: number
  readonly kills: number
  readonly flags: readonly string[]
}

/**
 * Replays, and kills the replay by SIGKILL at random moments: each as soon as the log of the target has grown by a
 * random number of records. Resolves to the exit code of the last one, which is let alone.
 */
export async function replayWithKills(client: Kafka, plan: KillPlan): Promise<number | null> {
  const { brokers, main, topic, target, records, kills, flags } = plan
  const args = ['dlq', 'replay', topic, `--kafka.brokers=${brokers}`, `--to=${target}`, '--yes', ...flags]
  const admin = client.admin()
  await admin.connect()
  const written = async () => {
    const offsets = await admin.fetchTopicOffsets('orders')
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  }
  for (let kill = 0; kill < kills; kill++) {
    const replay = await startCommand(args, {}, main)
    const moment = (await written()) + Math.floor(Math.random() * ((0.9 * records) / kills))
    await waitUntil(
      `kill ${kill}`,
      async () => {
        if (replay.child.exitCode !== null) throw new Error(`it ended: ${replay.stderr()}`)
        return (await written()) > moment
      },
      { pauseMs: 1 },
    )
    await replay.end('SIGKILL')
  }
  await admin.disconnect()
  const last = await runCommand(args, {}, main)
  if (last.code !== 0) throw new Error(`the last one: ${last.stderr}${last.stdout}`)
  return last.code
}
