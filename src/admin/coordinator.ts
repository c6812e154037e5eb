import { NONE } from '../kafka/wire/error-codes.ts'
import type { AdminCalls } from './admin-calls.ts'
import { Refusal } from './refusal.ts'
import {
  decodeFindOneCoordinator,
  encodeFindOneCoordinator,
  FIND_ONE_COORDINATOR,
} from './wire/group-offsets.ts'

/** The broker that keeps a group or a transactional id, looked for again after each failure. */
export class Coordinator {
  /** For messages: `group orders-redriver`. */
  readonly title: string
  readonly #calls: AdminCalls
  readonly #name: string
  readonly #kind: 'group' | 'transaction'
  #node: number | null = null

  constructor(calls: AdminCalls, name: string, kind: 'group' | 'transaction') {
    this.#calls = calls
    this.#name = name
    this.#kind = kind
    this.title = `${kind === 'group' ? 'group' : 'transactional id'} ${name}`
  }

  /** Until it succeeds or cannot. The attempt throws Refusal for what the answer says. */
  persist<Value>(attempt: (node: number) => Promise<Value>): Promise<Value> {
    return this.#calls.persist(async () => {
      this.#node ??= await this.#find()
      try {
        return await attempt(this.#node)
      } catch (error) {
        this.#node = null
        throw error
      }
    })
  }

  /** Throws where the broker answered with an error. */
  check(errorCode: number): void {
    if (errorCode !== NONE) throw new Refusal(errorCode, 'use', this.title)
  }

  async #find(): Promise<number> {
    const { errorCode, node } = await this.#calls.askAny({
      api: FIND_ONE_COORDINATOR,
      encode: version => encodeFindOneCoordinator(version, this.#name, this.#kind),
      decode: decodeFindOneCoordinator,
    })
    this.check(errorCode)
    return node
  }
}
