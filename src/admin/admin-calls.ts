import { ExporterError, messageOf } from '../errors.ts'
import type { ApiVersions, Transport } from '../kafka/transport.ts'
import { unsupported } from '../kafka/unsupported.ts'
import { type Api, negotiate, toRequest } from '../kafka/wire/api.ts'
import { pause } from '../model/pause.ts'
import { inSlices, type Steps } from '../model/steps.ts'

export interface AdminCall<Value> {
  readonly api: Api
  /** Spoken instead by who can: other versions of the same API. */
  readonly preferred?: Api
  readonly timeoutMs?: number
  encode(version: number): Buffer | Steps<Buffer>
  decode(version: number, body: Buffer): Value | Steps<Value>
}

/** How long something that may pass is tried again, before it is an error. */
const PATIENCE_MS = 60_000
const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 2_000

/** The user asked to end. */
export class Interrupted extends ExporterError {
  override readonly name = 'Interrupted'

  constructor() {
    super('INTERRUPTED', 'interrupted')
  }
}

/** Requests of an operator's command: each is tried until it succeeds, cannot, or patience ends. */
export class AdminCalls {
  readonly transport: Transport
  readonly signal: AbortSignal
  readonly #patienceMs: number

  constructor(transport: Transport, signal: AbortSignal, patienceMs = PATIENCE_MS) {
    this.transport = transport
    this.signal = signal
    this.#patienceMs = patienceMs
  }

  async ask<Value>(node: number, call: AdminCall<Value>): Promise<Value> {
    const { api, preferred, timeoutMs } = call
    const versions = await this.transport.versions(node)
    const version =
      (preferred && negotiate(preferred, versions)) ?? versionOf(`broker ${node}`, api, versions)
    const body = await whole(call.encode(version))
    const answer = await this.transport.send(node, toRequest(api, version, body, timeoutMs))
    return whole(call.decode(version, answer.body))
  }

  async askAny<Value>(
    call: Omit<AdminCall<Value>, 'encode'> & { encode(version: number): Buffer },
  ): Promise<Value> {
    const answer = await this.transport.sendAny(versions => {
      const version = versionOf('any broker', call.api, versions)
      return toRequest(call.api, version, call.encode(version), call.timeoutMs)
    })
    return whole(call.decode(answer.version, answer.body))
  }

  /** Tries again what may pass, ever more slowly, until the user wants to end: then it throws Interrupted. */
  async persist<Value>(attempt: () => Promise<Value>): Promise<Value> {
    const startedAt = performance.now()
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
      try {
        return await attempt()
      } catch (error) {
        const mayPass = error instanceof ExporterError && error.canRetry
        if (!mayPass) throw error
        this.throwIfInterrupted()
        const triedMs = performance.now() - startedAt
        if (triedMs > this.#patienceMs) {
          const seconds = Math.round(triedMs / 1_000)
          throw new ExporterError(error.code, `${messageOf(error)}, still after ${seconds} s`, {
            cause: error,
          })
        }
      }
      await pause(waitMs, this.signal)
    }
  }

  throwIfInterrupted(): void {
    if (this.signal.aborted) throw new Interrupted()
  }
}

async function whole<Value>(value: Value | Steps<Value>): Promise<Value> {
  const isSteps = typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value
  return isSteps ? inSlices(value as Steps<Value>) : (value as Value)
}

function versionOf(who: string, api: Api, versions: ApiVersions): number {
  const version = negotiate(api, versions)
  if (version !== null) return version
  throw unsupported(who, api)
}
