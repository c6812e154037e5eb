import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createHttpApp, type HttpAppInputs } from '../../src/http/app.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { estateOf, TAKEN_AT } from '../fakes/estate.ts'

export interface ServedApp extends AsyncDisposable {
  /** http://127.0.0.1:port, without a slash at the end. */
  readonly url: string
  readonly logged: readonly { readonly level: string; readonly message: string }[]
}

/** The HTTP side of the exporter on a free port, four seconds after the snapshots were taken. */
export async function serveApp(inputs: Partial<HttpAppInputs> = {}): Promise<ServedApp> {
  const logged: { level: string; message: string }[] = []
  const logAt = (level: string) => (_fields: object, message: string) => void logged.push({ level, message })
  const app = createHttpApp({
    estate: estateOf([]),
    scrape: () => ({ contentType: 'text/plain', contentEncoding: null, body: Readable.from(['up 1\n']) }),
    log: { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    telemetryPath: '/metrics',
    version: '1.2.3',
    now: () => TAKEN_AT + 4_000,
    ...inputs,
  })
  const server = createHttpServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logged,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request as it goes over the wire: nothing decompressed, followed or normalised. */
export async function ask(
  url: string,
  options: {
    readonly method?: string
    readonly headers?: Record<string, string>
    /** As it stands in the request line, instead of that of `url`. */
    readonly path?: string
  } = {},
): Promise<RawAnswer> {
  const sent = request(url, { ...options, agent: false })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
  const body = Buffer.concat(await answer.toArray())
  return { status: answer.statusCode ?? 0, headers: answer.headers, body }
}

export async function askJson(url: string): Promise<{ readonly status: number; readonly json: unknown }> {
  const { status, body } = await ask(url)
  return { status, json: JSON.parse(body.toString()) }
}
