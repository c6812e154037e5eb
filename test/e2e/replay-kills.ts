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
  /** Of those that are killed; the last one goes as fast as it can. */
  readonly rate: number
}

/**
 * Replays, and kills the replay by SIGKILL at random moments: each as soon as the log of the target has grown by a
 * random number of records. One that has sent everything before its moment came is the last to be killed; the last one
 * of all is let alone. Resolves to how many were killed.
 */
export async function replayWithKills(client: Kafka, plan: KillPlan): Promise<number> {
  const { brokers, main, topic, target, records, kills, flags, rate } = plan
  const args = ['dlq', 'replay', topic, `--kafka.brokers=${brokers}`, `--to=${target}`, '--yes', ...flags]
  const admin = client.admin()
  await admin.connect()
  const written = async () => {
    const offsets = await admin.fetchTopicOffsets('orders')
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  }
  let killed = 0
  for (let isComplete = false; killed < kills && !isComplete; ) {
    const replay = await startCommand([...args, `--rate=${rate}`], {}, main)
    const moment = (await written()) + Math.floor(Math.random() * ((0.9 * records) / kills))
    const hasEnded = await waitUntil(
      `kill ${killed}`,
      async () => {
        if (replay.child.exitCode !== null) return 'yes'
        return (await written()) > moment && 'no'
      },
      { pauseMs: 1 },
    )
    isComplete = hasEnded === 'yes'
    if (!isComplete) {
      await replay.end('SIGKILL')
      killed++
    } else if (replay.child.exitCode !== 0) throw new Error(`it ended: ${replay.stderr()}`)
  }
  await admin.disconnect()
  const last = await runCommand(args, {}, main)
  if (last.code !== 0) throw new Error(`the last one: ${last.stderr}${last.stdout}`)
  return killed
}
