import net from 'node:net'
import tls from 'node:tls'
import type { RedisOptions } from 'ioredis'
import { lookUpOnce } from './look-up-once.ts'

type Library = Pick<typeof import('ioredis'), 'AbstractConnector'>

/** Connects as the library's own does, which takes no function that looks names up. */
export function redisConnector({ AbstractConnector }: Library): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    readonly #options: RedisOptions

    constructor(options: unknown) {
      const given = options as RedisOptions
      super(given.disconnectTimeout ?? 0)
      this.#options = given
    }

    async connect(): Promise<net.Socket> {
      const { host = 'localhost', port = 6379, tls: secure } = this.#options
      const address = { host, port, lookup: lookUpOnce }
      const stream = secure === undefined ? net.connect(address) : tls.connect({ ...address, ...secure })
      // For a stream that has failed before the library listens to it.
      stream.once('error', error => {
        this.firstError = error
      })
      this.stream = stream
      return stream
    }
  }
}
