import type { Clock } from '../../model/ports.ts'
import type { Steps } from '../../model/steps.ts'
import type { RunSteps } from '../../model/work-queue.ts'
import { type ApiRequest, type ApiResponse, type Transport, TransportError } from '../transport.ts'
import { unsupported } from '../unsupported.ts'
import { type Api, negotiate, toRequest } from '../wire/api.ts'
import { type Answer, answered, type Failure, failureOf, refused } from './answer.ts'
import type { Throttle } from './throttle.ts'

/** One request and how its answer is read. */
export interface Call<Value extends { readonly throttleMs: number }> {
  readonly api: Api
  /** Counted apart from the fast loop. */
  readonly isSlow?: boolean | undefined
  /** Its time-out does not condemn the broker: see ApiRequest. */
  readonly isHeavy?: boolean
  /** Overrides the transport's deadline. */
  readonly timeoutMs?: number | undefined
  encode(version: number): Buffer | Steps<Buffer>
  decode(version: number, body: Buffer): Steps<Value>
}

export interface PollCallsOptions {
  readonly transport: Transport
  readonly clock: Clock
  readonly run: RunSteps
  readonly throttle: Throttle
  readonly requestTimeoutMs: number
  /** Waits; ends early when the signal does. Never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** Brokers that failed before, and are not asked either; what fails now is added. */
  readonly failures?: Map<number, Failure>
}

/**
 * Every request of one poll goes through here: counted, throttled, timed, ended with the poll's signal. A broker is
 * asked one thing at a time, so that a quota which one answer tells of holds for whatever comes next. One that failed
 * once is not asked again in the same poll: its deadline is waited for once, and what else was wanted of it gets the
 * same failure at once.
 */
export class PollCalls {
  readonly requests = new Map<string, number>()
  readonly slowRequests = new Map<string, number>()
  /** Quickest round trip, by broker. */
  readonly responseMs = new Map<number, number>()
  /** First failure of the transport, by broker: it is not asked again in this poll. */
  readonly failures: Map<number, Failure>
  /** Those of the fast loop: a broker that is slow to list its log directories is not down. */
  readonly fastFailures = new Map<number, Failure>()
  readonly clock: Clock
  readonly run: RunSteps
  readonly requestTimeoutMs: number
  readonly #options: PollCallsOptions
  /** By broker, when the last one that wants to ask it will have its answer. */
  readonly #turns = new Map<number, Promise<void>>()
  /** Who waits for an answer, to be told of the end. */
  readonly #waiting = new Set<(end: Failure) => void>()
  readonly #end = () => {
    const failure = endOf(this.#options.signal)
    for (const tell of this.#waiting) tell(failure)
    this.#waiting.clear()
  }

  constructor(options: PollCallsOptions) {
    this.#options = options
    this.clock = options.clock
    this.run = options.run
    this.requestTimeoutMs = options.requestTimeoutMs
    this.failures = options.failures ?? new Map()
    options.signal.addEventListener('abort', this.#end, { once: true })
  }

  /** To be called when the poll is over: the signal outlives it, and would keep it and all its answers alive. */
  close(): void {
    this.#options.signal.removeEventListener('abort', this.#end)
  }

  get isEnded(): boolean {
    return this.#options.signal.aborted
  }

  async ask<Value extends { readonly throttleMs: number }>(
    node: number,
    call: Call<Value>,
  ): Promise<Answer<Value>> {
    const version = await this.versionOf(node, call.api, call.isSlow)
    if (!version.ok) return version
    try {
      const encoded = call.encode(version.value)
      const body = Buffer.isBuffer(encoded) ? encoded : await this.run(encoded)
      const request = toRequest(call.api, version.value, body, call.timeoutMs)
      const sent = await this.#inTurn(node, () => this.#send(node, request, call))
      if (!sent.ok) return sent
      return answered(await this.run(call.decode(sent.value.version, sent.value.body)))
    } catch (error) {
      return { ok: false, failure: failureOf(error) }
    }
  }

  async #inTurn<Result>(node: number, send: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(node)
    let end: () => void = () => {}
    const turn = new Promise<void>(resolve => {
      end = resolve
    })
    this.#turns.set(node, turn)
    try {
      await before
      return await send()
    } finally {
      if (this.#turns.get(node) === turn) this.#turns.delete(node)
      end()
    }
  }

  /** What failed is known, and what a quota asks for, before the next one has its turn. */
  async #send(
    node: number,
    request: ApiRequest,
    call: Pick<Call<never>, 'api' | 'isSlow' | 'isHeavy'>,
  ): Promise<Answer<ApiResponse>> {
    const { transport, throttle } = this.#options
    await this.#pause(throttle.waitMs(node))
    const refusal = this.#refusal(node)
    if (refusal !== null) return refusal
    this.#count(call)
    try {
      const sent = await this.#orEnd(
        transport.send(node, call.isHeavy ? { ...request, isHeavy: true } : request),
      )
      if (!sent.ok) return sent
      this.#noteResponse(node, sent.value.durationMs)
      throttle.note(node, throttleMsOf(sent.value.body))
      return sent
    } catch (error) {
      const failure = failureOf(error)
      if (call.isHeavy && failure.code === 'TIMEOUT') return { ok: false, failure }
      return this.#failed(node, error, call.isSlow)
    }
  }

  /** Any broker that answers; which one is told by its address, host:port. */
  async askAny<Value extends { readonly throttleMs: number }>(
    call: Omit<Call<Value>, 'encode'> & { encode(version: number): Buffer },
  ): Promise<Answer<{ value: Value; address: string; durationMs: number }>> {
    await this.#pause(this.#options.throttle.leastWaitMs())
    if (this.isEnded) return { ok: false, failure: endOf(this.#options.signal) }
    try {
      this.#count(call)
      const sent = await this.#orEnd(
        this.#options.transport.sendAny(versions => {
          const version = negotiate(call.api, versions)
          if (version === null) throw unsupported('any broker', call.api)
          return toRequest(call.api, version, call.encode(version))
        }),
      )
      if (!sent.ok) return sent
      const { address, durationMs, version, body } = sent.value
      const value = await this.run(call.decode(version, body))
      return answered({ value, address, durationMs })
    } catch (error) {
      return { ok: false, failure: failureOf(error) }
    }
  }

  /** The version of an API that would be spoken with the broker. */
  async versionOf(node: number, api: Api, isSlow?: boolean | undefined): Promise<Answer<number>> {
    const refusal = this.#refusal(node)
    if (refusal !== null) return refusal
    try {
      const versions = await this.#orEnd(this.#options.transport.versions(node))
      if (!versions.ok) return versions
      const version = negotiate(api, versions.value)
      if (version === null) return { ok: false, failure: failureOf(unsupported(`broker ${node}`, api)) }
      return answered(version)
    } catch (error) {
      return this.#failed(node, error, isSlow)
    }
  }

  /** A round trip that was made outside `ask`. */
  noteRoundTrip(node: number, durationMs: number, throttleMs: number): void {
    this.#noteResponse(node, durationMs)
    this.#options.throttle.note(node, throttleMs)
  }

  #noteResponse(node: number, durationMs: number): void {
    this.responseMs.set(node, Math.min(this.responseMs.get(node) ?? Number.POSITIVE_INFINITY, durationMs))
  }

  #refusal(node: number): { readonly ok: false; readonly failure: Failure } | null {
    if (this.isEnded) return { ok: false, failure: endOf(this.#options.signal) }
    const failure = this.failures.get(node)
    return failure === undefined ? null : { ok: false, failure }
  }

  /** Only what the transport reports condemns the broker; an answer that cannot be read costs just itself. */
  #failed(node: number, error: unknown, isSlow = false): { readonly ok: false; readonly failure: Failure } {
    const failure = failureOf(error)
    if (error instanceof TransportError && !this.failures.has(node)) {
      this.failures.set(node, failure)
      if (!isSlow) this.fastFailures.set(node, failure)
    }
    return { ok: false, failure }
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await this.#options.wait(ms, this.#options.signal)
  }

  /** Not a race of promises: the one that never settles would keep the answers of all the others. */
  #orEnd<Value>(promise: Promise<Value>): Promise<Answer<Value>> {
    return new Promise((resolve, reject) => {
      const onEnd = (failure: Failure) => resolve({ ok: false, failure })
      this.#waiting.add(onEnd)
      promise.then(value => resolve(answered(value)), reject).finally(() => this.#waiting.delete(onEnd))
    })
  }

  #count(call: Pick<Call<never>, 'api' | 'isSlow'>): void {
    const counts = call.isSlow === true ? this.slowRequests : this.requests
    counts.set(call.api.name, (counts.get(call.api.name) ?? 0) + 1)
  }
}

/** The first field of every answer that is asked for here. */
function throttleMsOf(body: Buffer): number {
  return body.length < 4 ? 0 : body.readInt32BE(0)
}

/** A poll that took too long is told from one that was ended because the program stops. */
function endOf(signal: AbortSignal): Failure {
  const { reason } = signal
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError'
  return isTimeout
    ? { code: 'TIMEOUT', message: 'not asked or not answered before the end of the poll' }
    : refused('CLOSED', 'the poll was ended').failure
}
