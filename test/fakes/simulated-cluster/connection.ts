import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { ANSWERS } from './answers/answers.ts'
import { refuseApiVersions } from './answers/api-versions.ts'
import { API_TABLE, apiNameOf } from './api-table.ts'
import type { Ask } from './ask.ts'
import type { ClusterState } from './cluster-state.ts'
import type { FaultBook, Faults } from './faults.ts'
import { FrameCutter } from './frames.ts'
import { ReceivedRequest } from './request-log.ts'
import { WireReader } from './wire-reader.ts'

/** What a connection needs of its broker. */
export interface Host {
  readonly node: number
  readonly cluster: ClusterState
  readonly faults: FaultBook
  readonly keepBodies: boolean
  /** Resolves at once unless the broker is frozen. */
  awake(): Promise<void>
  received(request: ReceivedRequest): void
  sent(bytes: number): void
}

interface Header {
  readonly key: number
  readonly version: number
  readonly correlationId: number
}

/** Serves one client as a broker does: one request at a time, in order; hangs up on what it does not understand. */
export class Connection {
  readonly #host: Host
  readonly #socket: Socket
  readonly #frames = new FrameCutter()
  readonly #waiting: Buffer[] = []
  readonly #closed = new AbortController()
  #busy = false

  constructor(host: Host, socket: Socket) {
    this.#host = host
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#closed.abort())
  }

  freeze(): void {
    this.#socket.pause()
  }

  thaw(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    try {
      this.#waiting.push(...this.#frames.push(chunk))
    } catch {
      this.#socket.destroy()
      return
    }
    if (!this.#busy) void this.#work()
  }

  async #work(): Promise<void> {
    this.#busy = true
    try {
      for (let frame = this.#waiting.shift(); frame; frame = this.#waiting.shift()) await this.#serve(frame)
    } catch (error) {
      // Hanging up is what a broker does about garbage; a defect of the simulation itself has to be seen.
      if (!(error instanceof RangeError) && !this.#closed.signal.aborted) console.error(error)
      this.#socket.destroy()
    }
    this.#busy = false
  }

  async #serve(frame: Buffer): Promise<void> {
    await this.#host.awake()
    const { node, cluster } = this.#host
    const { header, body, clientId } = readHeader(frame)
    const { key, version } = header
    const kept = this.#host.keepBodies ? body : null
    this.#host.received(new ReceivedRequest({ key, version, node, clientId }, kept, frame.length))
    const api = apiNameOf(key)
    const spoken = api && cluster.node(node).versions.get(api)
    if (!api || !spoken) throw new RangeError(`no API ${key}`)
    const faults = this.#host.faults.take(api, node)
    if (faults.silent) await this.#forever()
    if (faults.delayMs > 0) await wait(faults.delayMs, undefined, { signal: this.#closed.signal })
    const flexible = version >= API_TABLE[api].flexibleFrom
    const ask: Ask = { api, version, flexible, node, body, throttleMs: faults.throttleMs, cluster, faults }
    const isSpoken = version >= spoken.min && version <= spoken.max
    if (!isSpoken && api !== 'ApiVersions') throw new RangeError(`no ${api} v${version}`)
    const answer = faults.body ?? (isSpoken ? ANSWERS[api](ask) : refuseApiVersions(ask))
    await this.#host.awake()
    // KIP-511: the header of ApiVersions is always the classic one, so that it can be read before versions are known.
    const head = Buffer.alloc(flexible && api !== 'ApiVersions' ? 9 : 8)
    head.writeInt32BE(head.length - 4 + answer.length, 0)
    head.writeInt32BE(header.correlationId, 4)
    await this.#write(head, answer, faults)
    if (faults.throttleMs > 0) await wait(faults.throttleMs, undefined, { signal: this.#closed.signal })
  }

  async #write(head: Buffer, answer: Buffer, faults: Faults): Promise<void> {
    const cut = faults.closeAfterBytes
    if (cut !== undefined || faults.oneByteAtATime) {
      const all = Buffer.concat([head, answer]).subarray(0, cut)
      if (!faults.oneByteAtATime) this.#socket.write(all)
      for (let at = 0; faults.oneByteAtATime && at < all.length && !this.#socket.destroyed; at++) {
        this.#socket.write(all.subarray(at, at + 1))
        if (faults.byteEveryMs === 0) await turn()
        else await wait(faults.byteEveryMs, undefined, { signal: this.#closed.signal })
      }
      this.#host.sent(all.length)
      if (cut !== undefined) this.#socket.end()
      return
    }
    this.#host.sent(head.length + answer.length)
    this.#socket.cork()
    this.#socket.write(head)
    this.#socket.write(answer)
    this.#socket.uncork()
  }

  #forever(): Promise<never> {
    const { signal } = this.#closed
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new RangeError('the client hung up')), { once: true })
    })
  }
}

function readHeader(frame: Buffer): { header: Header; body: Buffer; clientId: string | null } {
  const key = frame.readInt16BE(0)
  const version = frame.readInt16BE(2)
  const correlationId = frame.readInt32BE(4)
  const api = apiNameOf(key)
  const flexible = api !== undefined && version >= API_TABLE[api].flexibleFrom
  const read = new WireReader(frame, flexible, 8)
  // The client id has its classic length in flexible headers as well.
  const clientId = read.nullableString(false)
  read.end()
  return { header: { key, version, correlationId }, body: frame.subarray(read.position), clientId }
}
