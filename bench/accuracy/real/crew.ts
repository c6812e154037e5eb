import { COMMIT_LOG, type Lab } from '../../../test/harness/lab.ts'
import type { Steering } from '../../../test/harness/lab-types.ts'
import type { GroupLedger } from './group-ledger.ts'

export interface CrewOptions extends Steering {
  readonly group: string
  readonly topics: readonly string[]
  readonly kind?: 'classic' | 'consumer'
  readonly configs?: Readonly<Record<string, string>>
}

/** The members of a group, who come and go, and an account of it. */
export class Crew {
  readonly #lab: Lab
  readonly #options: CrewOptions
  /** Of each of its topics. */
  readonly #ledgers: readonly GroupLedger[]
  readonly #members: string[] = []
  readonly #wedgedAt = new Map<number, number>()
  #named = 0

  constructor(lab: Lab, options: CrewOptions, ledgers: readonly GroupLedger[]) {
    this.#lab = lab
    this.#options = options
    this.#ledgers = ledgers
  }

  async join(count: number, topics = this.#options.topics): Promise<void> {
    const { group, kind = 'classic', configs, ...steering } = this.#options
    const names = Array.from({ length: count }, () => `${group}-${++this.#named}`)
    const joining = Date.now()
    await Promise.all(
      names.map(member =>
        this.#lab.join({
          ...steering,
          ...{ member, kind, group, topics, awaitAssigned: false },
          configs: { 'metadata.max.age.ms': '3000', ...configs, ...COMMIT_LOG },
        }),
      ),
    )
    this.#members.push(...names)
    this.#note(joining)
  }

  /** Those who have been there longest. */
  async leave(count: number): Promise<void> {
    const names = this.#members.splice(0, count)
    await Promise.all(names.map(name => this.#lab.leave(name)))
    this.#note(Date.now())
  }

  async leaveAll(): Promise<void> {
    await this.leave(this.#members.length)
  }

  get size(): number {
    return this.#members.length
  }

  /** A record of the partition is tried again for ever. */
  async wedge(topic: string, partition: number): Promise<void> {
    await this.#steerAll({ wedged: [[topic, partition]] })
    this.#wedgedAt.set(partition, Date.now())
  }

  async release(): Promise<void> {
    const now = Date.now()
    for (const [partition, from] of this.#wedgedAt) {
      for (const ledger of this.#ledgers) ledger.wedge(partition, from, now)
    }
    this.#wedgedAt.clear()
    await this.#steerAll({ wedged: [] })
  }

  /** What is still wedged stays so to the end. */
  end(): void {
    for (const [partition, from] of this.#wedgedAt) {
      for (const ledger of this.#ledgers) ledger.wedge(partition, from, Number.MAX_SAFE_INTEGER)
    }
  }

  async #steerAll(wishes: Steering): Promise<void> {
    await Promise.all(this.#members.map(member => this.#lab.steer(member, wishes)))
  }

  #note(at: number): void {
    const members = this.#members.length
    for (const { moves } of this.#ledgers) {
      moves.push({ at, state: members === 0 ? 'Empty' : 'Stable', members })
    }
  }
}
