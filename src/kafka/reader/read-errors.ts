import type { PollPhase, ReadError } from '../../model/observation.ts'
import type { Failure } from './answer.ts'

/** What an error struck, so that a thousand rows become one line: "orders-3 and 999 more partitions". */
export interface Struck {
  readonly what: 'partition' | 'group' | 'topic'
  readonly example: string
  readonly count: number
}

interface Entry {
  readonly stage: PollPhase
  readonly failure: Failure
  readonly node: number
  readonly struck: Map<Struck['what'], { example: string; count: number }>
}

/** The errors of one poll: one entry per stage, code and broker, whatever the number of items. */
export class ReadErrors {
  readonly #entries = new Map<string, Entry>()

  /** The first message of an entry stays. */
  add(stage: PollPhase, node: number, failure: Failure, struck?: Struck): void {
    const key = `${stage} ${node} ${failure.code}`
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { stage, failure, node, struck: new Map() }
      this.#entries.set(key, entry)
    }
    if (struck === undefined || struck.count === 0) return
    const known = entry.struck.get(struck.what)
    if (known === undefined) entry.struck.set(struck.what, { example: struck.example, count: struck.count })
    else known.count += struck.count
  }

  list(): ReadError[] {
    return [...this.#entries.values()].map(({ stage, node, failure, struck }) => ({
      stage,
      node,
      code: failure.code,
      message: [endless(failure.message, struck.size), ...[...struck].map(renderStruck)].join('; '),
    }))
  }
}

/** A remedy ends in a full stop, which may not stand before what is added. */
function endless(message: string, added: number): string {
  return added === 0 ? message : message.replace(/\.$/, '')
}

function renderStruck([what, { example, count }]: [
  Struck['what'],
  { example: string; count: number },
]): string {
  if (count === 1) return `${what} ${example}`
  return `${what} ${example} and ${count - 1} more`
}
