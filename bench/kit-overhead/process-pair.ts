import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ConsumeOrder, Window, WindowCost } from './window.ts'

export type Variant = 'without' | 'kit'

/** Of all windows of one kind, a record. */
export interface RecordCost {
  readonly cpuNs: number
  readonly ns: number
}

export type PairCost = Readonly<Record<Variant, RecordCost>>

/** What one window may take. */
const PATIENCE_MS = 120_000

/** Two processes that consume the same, one with the kit, one without, each while the other one stands still. */
export class ProcessPair {
  readonly #processes: Readonly<Record<Variant, ChildProcess>>
  #first: Variant

  private constructor(processes: Readonly<Record<Variant, ChildProcess>>, first: Variant) {
    this.#processes = processes
    this.#first = first
  }

  /** Both have joined and stand at their first record. */
  static async start(orderOf: (variant: Variant) => ConsumeOrder, first: Variant): Promise<ProcessPair> {
    const script = join(import.meta.dirname, 'consume.ts')
    const start = (variant: Variant) =>
      fork(script, [JSON.stringify(orderOf(variant))], {
        execArgv: ['--import', 'tsx'],
        // What KafkaJS logs is no part of the table.
        stdio: ['ignore', 2, 'inherit', 'ipc'],
      })
    const pair = new ProcessPair({ without: start('without'), kit: start('kit') }, first)
    await Promise.all(Object.values(pair.#processes).map(answerOf))
    return pair
  }

  /** `count` windows each, in the order A B B A A B …, and what a record cost over all of them. */
  async measure(window: Window, count: number): Promise<PairCost> {
    const costs: Record<Variant, WindowCost[]> = { without: [], kit: [] }
    for (let i = 0; i < count; i++) {
      for (const variant of [this.#first, other(this.#first)])
        costs[variant].push(await this.#run(variant, window))
      this.#first = other(this.#first)
    }
    const [bytes, others] = [costs.without.at(-1)?.bytes, costs.kit.at(-1)?.bytes]
    if (bytes !== others) throw new Error(`${bytes} and ${others} bytes were read`)
    return { without: sum(costs.without), kit: sum(costs.kit) }
  }

  async end(): Promise<void> {
    for (const child of Object.values(this.#processes)) {
      if (child.exitCode !== null) continue
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    }
  }

  #run(variant: Variant, window: Window): Promise<WindowCost> {
    const child = this.#processes[variant]
    child.send(window)
    return answerOf(child)
  }
}

async function answerOf(child: ChildProcess): Promise<WindowCost> {
  const isOver = new AbortController()
  const limit = AbortSignal.any([isOver.signal, AbortSignal.timeout(PATIENCE_MS)])
  const gone = once(child, 'exit', { signal: limit }).then(([code]) => {
    throw new Error(`a consumer ended with ${code}`)
  })
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: limit }), gone])
    return answer as WindowCost
  } finally {
    gone.catch(() => {})
    isOver.abort()
  }
}

function other(variant: Variant): Variant {
  return variant === 'kit' ? 'without' : 'kit'
}

function sum(costs: readonly WindowCost[]): RecordCost {
  const total = (of: (cost: WindowCost) => number) => costs.reduce((all, cost) => all + of(cost), 0)
  const records = total(cost => cost.records)
  return { cpuNs: (total(cost => cost.cpuUs) * 1e3) / records, ns: (total(cost => cost.ms) * 1e6) / records }
}
