import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Message } from '../schema-codec.ts'
import { API_TABLE } from './api-table.ts'
import type { ApiName } from './ask.ts'
import { FrameCutter } from './frames.ts'
import { schemaOf } from './schemas.ts'

/** Speaks to one broker by Kafka's own schemas, without any client library: for tests of brokers, real or not. */
export class RawClient {
  readonly #socket: Socket
  readonly #frames = new FrameCutter()
  readonly #pending: { answered(frame: Buffer): void; failed(error: Error): void }[] = []
  #lastId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => {
      for (const frame of this.#frames.push(chunk)) this.#pending.shift()?.answered(frame)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      for (const { failed } of this.#pending.splice(0)) failed(new Error('closed by the broker'))
    })
  }

  static async connect(address: { readonly host: string; readonly port: number }): Promise<RawClient> {
    const socket = connect(address.port, address.host)
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Fails with 'closed by the broker' where the connection ends before the answer. */
  async ask(api: ApiName, version: number, request: Message = {}): Promise<Message> {
    return schemaOf(api).response.decode(version, await this.askBytes(api, version, request))
  }

  /** The answer's body, undecoded. */
  async askBytes(api: ApiName, version: number, request: Message = {}): Promise<Buffer> {
    const schema = schemaOf(api)
    return this.askRaw(
      API_TABLE[api].key,
      version,
      schema.isFlexible(version),
      schema.request.encode(version, request),
      api,
    )
  }

  async askRaw(
    key: number,
    version: number,
    flexible: boolean,
    body: Buffer,
    api?: ApiName,
  ): Promise<Buffer> {
    const id = ++this.#lastId
    const head = Buffer.alloc(flexible ? 19 : 18)
    head.writeInt32BE(head.length - 4 + body.length, 0)
    head.writeInt16BE(key, 4)
    head.writeInt16BE(version, 6)
    head.writeInt32BE(id, 8)
    head.writeInt16BE(4, 12)
    head.write('test', 14)
    if (this.#socket.destroyed) throw new Error('closed by the broker')
    this.#socket.write(Buffer.concat([head, body]))
    const frame = await new Promise<Buffer>((answered, failed) => this.#pending.push({ answered, failed }))
    if (frame.readInt32BE(0) !== id) throw new Error('the answer to another request')
    return frame.subarray(flexible && api !== 'ApiVersions' ? 5 : 4)
  }

  close(): void {
    this.#socket.destroy()
  }
}
