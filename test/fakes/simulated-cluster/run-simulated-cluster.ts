import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Workload } from './workload.ts'

export interface ChildSpec {
  readonly brokers: number
  readonly workload: Workload
  readonly churnFaults: boolean
}

export interface ChildCommand {
  readonly kind: 'advance' | 'churn' | 'look'
}

export interface ChildReply {
  readonly bootstrap: readonly { readonly host: string; readonly port: number }[]
  /** Received since the start, by API. */
  readonly requests: Readonly<Record<string, number>>
  readonly bytesSent: number
  readonly connections: number
  /** Partitions in the answers to Fetch, and offsets committed anew, since the start. */
  readonly partitionsFetched: number
  readonly commitsMoved: number
  /** What has come, gone and broken, by kind, and whether something is broken now. */
  readonly churned: Readonly<Record<string, number>>
  readonly isFaulty: boolean
}

export interface RemoteCluster {
  readonly bootstrap: ChildReply['bootstrap']
  look(): Promise<ChildReply>
  /** Moves the logs and most commits on. */
  advance(): Promise<ChildReply>
  /** The same, while groups, topics and at times brokers come and go; with `churnFaults`, things break as well. */
  churn(): Promise<ChildReply>
  close(): Promise<void>
}

/** A simulated cluster in a process of its own, so that its cost is not counted as that of what is measured. */
export async function runSimulatedCluster(options: {
  readonly brokers?: number
  readonly workload: Workload
  readonly churnFaults?: boolean
}): Promise<RemoteCluster> {
  const { brokers = 3, workload, churnFaults = false } = options
  const spec = JSON.stringify({ brokers, workload, churnFaults } satisfies ChildSpec)
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [spec], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=3000'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const first = await answer()
  return {
    bootstrap: first.bootstrap,
    look: () => ask({ kind: 'look' }),
    advance: () => ask({ kind: 'advance' }),
    churn: () => ask({ kind: 'churn' }),
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }

  function ask(command: ChildCommand): Promise<ChildReply> {
    const answered = answer()
    child.send(command)
    return answered
  }

  async function answer(): Promise<ChildReply> {
    const [reply] = await Promise.race([
      once(child, 'message'),
      exited.then(([code]) => {
        throw new Error(`The simulated cluster ended with ${code}`)
      }),
    ])
    return reply as ChildReply
  }
}
