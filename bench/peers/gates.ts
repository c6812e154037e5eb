import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { GateCounts } from './kafka-gate.ts'

export interface GateCommand {
  /** Comes back with the answer: several may ask at the same moment. */
  readonly id: number
  readonly delayMs?: number
}

export interface GateAnswer {
  readonly id: number
  readonly counts: readonly GateCounts[]
}

/** One gate for each contender, before the same cluster. */
export interface Gates {
  /** The brokers as contender `index` has to name them. */
  brokersFor(index: number): readonly string[]
  /** Since the start, by contender. */
  counts(): Promise<readonly GateCounts[]>
  /** Of every request from now on. */
  delay(ms: number): Promise<void>
  close(): Promise<void>
}

/** Addresses as long as 127.0.0.1 is. */
const HOSTS = [2, 3, 4, 5, 6, 7, 8, 9].map(last => `127.0.0.${last}`)

/** @param brokers 127.0.0.1 with different ports */
export async function openGates(brokers: readonly string[], count: number): Promise<Gates> {
  const hosts = HOSTS.slice(0, count)
  if (hosts.length < count) throw new Error(`${count} contenders, but ${HOSTS.length} addresses for them`)
  const ports = brokers.map(broker => broker.split(':')[1]!)
  const child = fork(
    fileURLToPath(new URL('gate-process.ts', import.meta.url)),
    [hosts.join(','), ports.join(',')],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  const exited = once(child, 'exit')
  const ended = exited.then(([code]): never => {
    throw new Error(`the gates ended with ${code}`)
  })
  ended.catch(() => {})
  const waiting = new Map<number, (counts: readonly GateCounts[]) => void>()
  await Promise.race([once(child, 'message'), ended])
  child.on('message', ({ id, counts }: GateAnswer) => {
    waiting.get(id)?.(counts)
    waiting.delete(id)
  })
  let asked = 0
  const tell = (command: Omit<GateCommand, 'id'>) => {
    const id = asked++
    const answer = new Promise<readonly GateCounts[]>(resolve => waiting.set(id, resolve))
    child.send({ ...command, id })
    return Promise.race([answer, ended])
  }
  return {
    brokersFor: index => ports.map(port => `${hosts[index]}:${port}`),
    counts: () => tell({}),
    delay: async ms => void (await tell({ delayMs: ms })),
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
