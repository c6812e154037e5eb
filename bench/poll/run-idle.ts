import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openSimulation } from './clusters.ts'

const SECONDS = 30
const GOAL_PERCENT = 1

/** What the exporter costs between two polls, connected to three brokers; whether it is little enough. */
export async function runIdle(programs: string): Promise<boolean> {
  const cluster = await openSimulation({
    topics: 50,
    partitions: 12,
    groups: 20,
    commits: 60,
    hasRecords: true,
  })
  try {
    const child = fork(`${programs}idle-exporter.js`, [cluster.brokers, String(SECONDS)], { execArgv: [] })
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`the idle exporter ended with ${code}`)
    })
    const [{ share }] = (await Promise.race([once(child, 'message'), exited])) as [{ share: number }]
    await exited.catch(() => {})
    const percent = share * 100
    const missed = percent <= GOAL_PERCENT ? '' : ', MISSED'
    console.log(
      `\nIdle on 3 brokers for ${SECONDS} s: ${percent.toFixed(2)} % of a core (goal ${GOAL_PERCENT}${missed})`,
    )
    return percent <= GOAL_PERCENT
  } finally {
    await cluster.close()
  }
}
