import { withDeadline } from '../../model/deadline.ts'
import type { KafkaAdmin, KafkaClient } from './ports.ts'

/** Clients that were left with questions under way, at once. KafkaJS ends each of those in its own time: a minute. */
const LEFT_AT_MOST = 3
/** What an old client may take for that before it is forgotten. */
const FORGOTTEN_AFTER_MS = 120_000

/** It was not asked. */
export class TooManyQuestions extends Error {
  override readonly name: string = 'TooManyQuestions'
}

/** Asks Kafka through an admin client that is made when it is needed and can be changed for a new one. */
export class AdminQuestions {
  readonly #kafka: KafkaClient
  readonly #timeoutMs: number
  readonly #leftAtMost: number
  #admin: Promise<KafkaAdmin> | null = null
  /** The one that there is has reached a broker. */
  #isConnected = false
  #underWay = new Set<Promise<unknown>>()
  #left = 0
  #isStopped = false

  constructor(kafka: KafkaClient, timeoutMs: number, leftAtMost = LEFT_AT_MOST) {
    this.#kafka = kafka
    this.#timeoutMs = timeoutMs
    this.#leftAtMost = leftAtMost
  }

  /** Whether the client that is asked now has reached a broker. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Fails within the time-out. */
  async ask<Answer>(what: string, question: (admin: KafkaAdmin) => Promise<Answer>): Promise<Answer> {
    const answer = this.#connected().then(question)
    const underWay = this.#underWay
    underWay.add(answer)
    const ended = () => void underWay.delete(answer)
    answer.then(ended, ended)
    return await withDeadline(answer, this.#timeoutMs, what)
  }

  /**
   * Another client for the next question. One that has been told of a topic without a leader fails for other topics too,
   * and after an outage one takes long to see that brokers are back.
   */
  leave(): void {
    const admin = this.#admin
    if (admin === null) return
    this.#admin = null
    this.#isConnected = false
    this.#left++
    const underWay = [...this.#underWay]
    this.#underWay = new Set()
    let isForgotten = false
    const forget = () => {
      if (!isForgotten) this.#left--
      isForgotten = true
    }
    // Nobody's program goes on for that.
    const timer = setTimeout(forget, FORGOTTEN_AFTER_MS).unref()
    Promise.allSettled(underWay)
      .then(() => admin)
      .then(each => each.disconnect())
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        forget()
      })
  }

  /** Waits for the connection to be closed, within the time-out. Nothing is asked any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    const admin = this.#admin
    this.#admin = null
    const left = admin?.then(each => each.disconnect())
    await withDeadline(left ?? Promise.resolve(), this.#timeoutMs, 'disconnecting').catch(() => {})
  }

  #connected(): Promise<KafkaAdmin> {
    if (this.#isStopped) return Promise.reject(new TooManyQuestions('nothing is asked any more'))
    if (this.#admin === null && this.#left >= this.#leftAtMost) {
      return Promise.reject(new TooManyQuestions('earlier questions have not ended yet'))
    }
    if (this.#admin === null) {
      const admin = this.#connect()
      this.#admin = admin
      const connected = () => {
        if (this.#admin === admin) this.#isConnected = true
      }
      admin.then(connected, () => {})
    }
    return this.#admin
  }

  async #connect(): Promise<KafkaAdmin> {
    const admin = this.#kafka.admin({ retry: { retries: 1, initialRetryTime: 100 } })
    await admin.connect()
    return admin
  }
}
