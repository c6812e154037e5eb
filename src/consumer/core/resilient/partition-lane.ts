import { isThenable } from '../call-listener.ts'
import type { BatchPayload, KafkaRecord } from '../ports.ts'
import { backoffMs } from './backoff.ts'
import type { ResilientSettings } from './check-options.ts'
import { deadLetterOf } from './dead-letter.ts'
import { type FailureTraits, traitsOf } from './failure.ts'
import { HandlerCall } from './handler-call.ts'
import type { RecordEvent } from './resilient-event.ts'
import type { ResilientRecord } from './resilient-options.ts'
import { DONE, type Outcome, type SessionKeeper } from './session-keeper.ts'
import { HandlerTimeout, type Verdict, verdictOf } from './verdict.ts'

/** The record at the head of a partition that could not be dealt with yet. */
interface Pending {
  readonly offset: string
  readonly step: 'handle' | 'park'
  /** Of its handler. */
  readonly calls: number
  /** Those after which the record was to blame. */
  readonly strikes: number
  /** In a row. */
  readonly waits: number
  readonly parkFailures: number
  readonly traits: FailureTraits
  readonly firstFailureAt: number
  readonly lastFailureAt: number
  /** Of the monotonic clock. */
  readonly notBefore: number
}

/** The batch is left, and its partition paused. */
const PAUSED: Outcome = { kind: 'left', error: null }

/** Records of one partition, one after the other: none is passed before it is processed or parked. */
export class PartitionLane<Value> {
  readonly #topic: string
  readonly #partition: number
  readonly #settings: ResilientSettings<Value>
  #pending: Pending | null = null
  #cancelResume: (() => void) | null = null

  constructor(topic: string, partition: number, settings: ResilientSettings<Value>) {
    this.#topic = topic
    this.#partition = partition
    this.#settings = settings
  }

  /** Nothing is to be remembered of it. */
  get isClear(): boolean {
    return this.#pending === null && this.#cancelResume === null
  }

  /** `done`: the offset may be committed. Otherwise the batch is to be left, and the record comes again. */
  async handle(message: KafkaRecord, payload: BatchPayload, keeper: SessionKeeper): Promise<Outcome> {
    // Another member has dealt with it, or somebody has moved the position.
    if (this.#pending?.offset !== message.offset) this.#pending = null
    for (;;) {
      const pending: Pending | null = this.#pending
      if (pending !== null) {
        if (keeper.leaving !== null) return keeper.leaving
        const waited = await this.#wait(pending, payload, keeper)
        if (waited.kind !== 'done') return waited
      }
      const outcome =
        pending?.step === 'park'
          ? await this.#park(message, pending, keeper)
          : await this.#attempt(message, pending, keeper)
      if (outcome.kind === 'done') this.#pending = null
      if (outcome.kind === 'done' || outcome.kind === 'left') return outcome
    }
  }

  close(): void {
    this.#cancelResume?.()
    this.#cancelResume = null
  }

  async #wait(pending: Pending, payload: BatchPayload, keeper: SessionKeeper): Promise<Outcome> {
    const { time, retry } = this.#settings
    const waitMs = pending.notBefore - time.monotonic()
    if (waitMs <= 0) return DONE
    if (waitMs <= retry.inPlaceMs) return keeper.sleep(waitMs)
    this.close()
    // What is not resolved is fetched again when the partition is resumed.
    const resume = payload.pause()
    this.#cancelResume = time.after(waitMs, () => {
      this.#cancelResume = null
      resume()
    })
    return PAUSED
  }

  async #attempt(message: KafkaRecord, pending: Pending | null, keeper: SessionKeeper): Promise<Outcome> {
    const { time, handlerTimeoutMs } = this.#settings
    const call = new HandlerCall((pending?.calls ?? 0) + 1)
    const startedAt = time.monotonic()
    let outcome: Outcome
    try {
      const work = this.#call(message, call)
      outcome = isThenable(work) ? await keeper.settled(work, handlerTimeoutMs) : DONE
    } catch (error) {
      outcome = { kind: 'failed', error }
    }
    switch (outcome.kind) {
      case 'done':
        this.#tell(message, { kind: 'processed', durationMs: time.monotonic() - startedAt })
        return outcome
      case 'left':
        call.abort(outcome.error ?? new Error('the consumer is stopped'))
        return outcome
      case 'late': {
        const error = new HandlerTimeout(`the handler took longer than ${handlerTimeoutMs} ms`)
        call.abort(error)
        this.#fail(message, pending, error)
        return outcome
      }
      case 'failed':
        this.#fail(message, pending, outcome.error)
        return outcome
    }
  }

  #call(message: KafkaRecord, call: HandlerCall): unknown {
    const { decode, handler } = this.#settings
    const raw = { topic: this.#topic, partition: this.#partition, message }
    const handle = (value: Value) => handler({ ...raw, value } satisfies ResilientRecord<Value>, call)
    if (decode === null) return handle(message.value as Value)
    const decoded = decode(raw, event => this.#tell(message, event))
    return isThenable<Value>(decoded) ? decoded.then(handle) : handle(decoded)
  }

  #fail(message: KafkaRecord, before: Pending | null, error: unknown): void {
    const { time, retry, random, attempted } = this.#settings
    attempted(this.#topic, this.#partition)
    const verdict = this.#judge(error)
    const calls = (before?.calls ?? 0) + 1
    const strikes = (before?.strikes ?? 0) + (verdict === 'wait' ? 0 : 1)
    const waits = verdict === 'wait' ? (before?.waits ?? 0) + 1 : 0
    const isParked = verdict === 'park' || (verdict === 'retry' && strikes >= retry.maxAttempts)
    const waitMs = isParked ? 0 : backoffMs(verdict === 'wait' ? waits : strikes, retry, random)
    const traits = traitsOf(error)
    const now = time.wall()
    this.#pending = {
      offset: message.offset,
      step: isParked ? 'park' : 'handle',
      calls,
      strikes,
      waits,
      parkFailures: 0,
      traits,
      firstFailureAt: before?.firstFailureAt ?? now,
      lastFailureAt: now,
      notBefore: time.monotonic() + waitMs,
    }
    if (isParked) return
    if (verdict === 'wait') this.#tell(message, { kind: 'waiting', times: waits, waitMs, traits, error })
    else this.#tell(message, { kind: 'retry', attempt: calls, waitMs, traits, error })
  }

  #judge(error: unknown): Verdict {
    try {
      return this.#settings.classify?.(error) ?? verdictOf(error)
    } catch {
      return verdictOf(error)
    }
  }

  async #park(message: KafkaRecord, pending: Pending, keeper: SessionKeeper): Promise<Outcome> {
    const { time, retry, random, deadLetters } = this.#settings
    let deadLetterTopic = ''
    let outcome: Outcome
    try {
      deadLetterTopic = deadLetters.topicFor(this.#topic)
      outcome = await keeper.settled(this.#write(deadLetterTopic, message, pending), deadLetters.timeoutMs)
    } catch (error) {
      outcome = { kind: 'failed', error }
    }
    const { traits, calls } = pending
    if (outcome.kind === 'done')
      this.#tell(message, { kind: 'dead_letter', deadLetterTopic, attempts: calls, traits })
    if (outcome.kind === 'done' || outcome.kind === 'left') return outcome
    this.#settings.attempted(this.#topic, this.#partition)
    const times = pending.parkFailures + 1
    const waitMs = backoffMs(times, retry, random)
    const late = () => new Error(`no answer to the dead letter within ${deadLetters.timeoutMs} ms`)
    const error = outcome.kind === 'late' ? late() : outcome.error
    this.#pending = { ...pending, parkFailures: times, notBefore: time.monotonic() + waitMs }
    const failure = { waitMs, traits: traitsOf(error), error }
    this.#tell(message, { kind: 'dead_letter_failed', deadLetterTopic, times, ...failure })
    return outcome
  }

  /** Resolves when all in-sync replicas have it. */
  #write(topic: string, message: KafkaRecord, pending: Pending): Promise<unknown> {
    const { producer, group } = this.#settings
    const dead = deadLetterOf(message, {
      ...pending.traits,
      topic: this.#topic,
      partition: this.#partition,
      group,
      attempts: pending.calls,
      firstFailureAt: pending.firstFailureAt,
      lastFailureAt: pending.lastFailureAt,
    })
    return producer.send({ topic, acks: -1, messages: [dead] })
  }

  #tell(message: KafkaRecord, event: RecordEvent): void {
    const { onEvent } = this.#settings
    if (onEvent === null) return
    onEvent({ topic: this.#topic, partition: this.#partition, offset: message.offset, ...event })
  }
}
