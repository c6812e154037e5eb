import type { ApiName } from './ask.ts'
import { ERROR_NUMBERS, type ErrorName } from './error-codes.ts'

/** Which requests a fault hits; what is left out matches everything. */
export interface FaultScope {
  readonly api?: ApiName
  readonly node?: number
  readonly topic?: string
  readonly partition?: number
  readonly group?: string
  /** After so many requests (by `api` and `node`) the fault is over. */
  readonly times?: number
}

/** What goes wrong. Several faults on one request add up. */
export interface FaultEffect {
  /**
   * In the item that the scope names (partition, topic, group, whichever the answer has an error field for); without
   * any of them in the answer's own error field or, where it has none, in every item.
   */
  readonly error?: ErrorName
  readonly delayMs?: number
  /** Told in the answer; the connection is then mute for as long, as a broker's is. */
  readonly throttleMs?: number
  /** Hangs up after so many bytes of the answer, length included. */
  readonly closeAfterBytes?: number
  readonly oneByteAtATime?: boolean
  /** The same, this far apart. */
  readonly byteEveryMs?: number
  /** Never answers; later requests on the connection wait behind it. */
  readonly silent?: boolean
  /** Replaces the whole body. */
  readonly body?: Buffer
}

export type Fault = FaultScope & FaultEffect

export interface Item {
  readonly topic?: string
  readonly partition?: number
  readonly group?: string
}

interface ActiveFault {
  readonly fault: Fault
  left: number
}

/** The faults that are in force. */
export class FaultBook {
  readonly #active = new Set<ActiveFault>()

  /** Puts a fault in force; call the answer to end it. */
  add(fault: Fault): () => void {
    const active = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
    this.#active.add(active)
    return () => {
      this.#active.delete(active)
    }
  }

  clear(): void {
    this.#active.clear()
  }

  /** The faults of one request; counts it against their `times`. */
  take(api: ApiName, node: number): Faults {
    const hits: Fault[] = []
    for (const active of this.#active) {
      const { fault } = active
      if (fault.api !== undefined && fault.api !== api) continue
      if (fault.node !== undefined && fault.node !== node) continue
      hits.push(fault)
      active.left--
      if (active.left <= 0) this.#active.delete(active)
    }
    return new Faults(hits)
  }
}

/** The faults of one request. */
export class Faults {
  readonly #faults: readonly Fault[]
  readonly #errors: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    this.#faults = faults
    this.#errors = faults.filter(fault => fault.error !== undefined)
  }

  get delayMs(): number {
    return this.#faults.reduce((sum, fault) => sum + (fault.delayMs ?? 0), 0)
  }

  get throttleMs(): number {
    return this.#faults.reduce((most, fault) => Math.max(most, fault.throttleMs ?? 0), 0)
  }

  get closeAfterBytes(): number | undefined {
    return this.#faults.find(fault => fault.closeAfterBytes !== undefined)?.closeAfterBytes
  }

  get oneByteAtATime(): boolean {
    return this.#faults.some(fault => fault.oneByteAtATime || fault.byteEveryMs !== undefined)
  }

  get byteEveryMs(): number {
    return this.#faults.reduce((most, fault) => Math.max(most, fault.byteEveryMs ?? 0), 0)
  }

  get silent(): boolean {
    return this.#faults.some(fault => fault.silent)
  }

  get body(): Buffer | undefined {
    return this.#faults.find(fault => fault.body !== undefined)?.body
  }

  /** Error of the answer as a whole: of faults that name no topic, partition or group. */
  answerError(): number {
    return this.#errorOf(fault => isUnscoped(fault))
  }

  /** Error of one item: of faults that name nothing but what it is. `alsoWhole`: of faults without a scope as well. */
  itemError(item: Item, alsoWhole = false): number {
    if (this.#errors.length === 0) return 0
    return this.#errorOf(fault => {
      if (isUnscoped(fault)) return alsoWhole
      if (fault.group !== undefined && fault.group !== item.group) return false
      if (fault.topic !== undefined && fault.topic !== item.topic) return false
      return fault.partition === undefined || fault.partition === item.partition
    })
  }

  #errorOf(matches: (fault: Fault) => boolean): number {
    const hit = this.#errors.find(matches)
    return hit?.error === undefined ? 0 : ERROR_NUMBERS[hit.error]
  }
}

function isUnscoped(fault: Fault): boolean {
  return fault.topic === undefined && fault.partition === undefined && fault.group === undefined
}
