/** Whether somebody who is asked now and then answers. */
class Answers {
  heardAt: number
  /** The last question had no answer, and nothing has been heard since. */
  isMissed = false

  constructor(now: number) {
    this.heardAt = now
  }

  hear(now: number): void {
    this.isMissed = false
    this.heardAt = now
  }

  /** Returns how long nothing has been heard, where it is news that there is no answer, else 0. */
  miss(askedAt: number, now: number): number {
    if (this.isMissed || this.heardAt >= askedAt) return 0
    this.isMissed = true
    return now - this.heardAt
  }
}

/** Of Kafka, what a consumer cannot do without. Pure: time is an argument, in milliseconds of one clock. */
export class KafkaReach {
  readonly #brokers: Answers
  /** The broker that looks after its group. */
  readonly #coordinator: Answers

  constructor(now: number) {
    this.#brokers = new Answers(now)
    this.#coordinator = new Answers(now)
  }

  get isAway(): boolean {
    return this.#brokers.isMissed || this.#coordinator.isMissed
  }

  get isCoordinatorMissed(): boolean {
    return this.#coordinator.isMissed
  }

  get coordinatorHeardAt(): number {
    return this.#coordinator.heardAt
  }

  /** A broker has answered somebody. */
  hear(now: number): void {
    // While no broker was there, nor could the coordinator be: its silence begins now.
    if (this.#brokers.isMissed && !this.#coordinator.isMissed) this.#coordinator.heardAt = now
    this.#brokers.hear(now)
  }

  hearCoordinator(now: number): void {
    this.hear(now)
    this.#coordinator.hear(now)
  }

  /** No broker answers what was asked at `askedAt`. Returns for how long already, where that is news, else 0. */
  miss(askedAt: number, now: number): number {
    return this.#brokers.miss(askedAt, now)
  }

  missCoordinator(askedAt: number, now: number): number {
    return this.#coordinator.miss(askedAt, now)
  }

  /** Who is missed, and for how long. */
  missed(now: number): { readonly who: string; readonly forMs: number } | null {
    if (this.#brokers.isMissed) return { who: 'Kafka', forMs: now - this.#brokers.heardAt }
    if (!this.#coordinator.isMissed) return null
    return { who: 'the coordinator of the group', forMs: now - this.#coordinator.heardAt }
  }
}
