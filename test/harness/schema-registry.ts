import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { type OwnedProcess, ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'

const run = promisify(execFile)

export interface SeededSchema {
  readonly subject: string
  readonly version: number
  readonly id: number
  readonly schema: {
    readonly schema: string
    readonly schemaType?: 'AVRO' | 'JSON' | 'PROTOBUF'
    readonly references?: readonly {
      readonly name: string
      readonly subject: string
      readonly version: number
    }[]
  }
}

export interface SchemaRegistryOptions {
  readonly schemas: readonly SeededSchema[]
  /** The Authorization header that it asks for. */
  readonly authorization?: string
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
}

export interface SchemaRegistry {
  /** The same after every start. */
  readonly url: string
  /** Kills it; resolves when nobody listens any more. */
  stop(): Promise<void>
  /** With the schemas that it was made with, or others. */
  start(schemas?: readonly SeededSchema[]): Promise<void>
  /** SIGSTOP: connections stay, and nothing is answered. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** franz-go's fake registry in a process of its own, on a port of 127.0.0.1. */
export async function startSchemaRegistry(options: SchemaRegistryOptions): Promise<SchemaRegistry> {
  const program = await buildProgram()
  const home = ownDirectory('registry')
  const port = await freePort()
  const { tls, authorization } = options
  let server: OwnedProcess | undefined

  const start = async (schemas = options.schemas) => {
    const file = join(home, 'schemas.json')
    writeFileSync(file, JSON.stringify(schemas))
    const args = [`-listen=127.0.0.1:${port}`, `-schemas=${file}`]
    if (authorization !== undefined) args.push(`-auth=${authorization}`)
    if (tls !== undefined) args.push(`-cert=${tls.cert}`, `-key=${tls.key}`)
    if (tls?.clientCa !== undefined) args.push(`-client-ca=${tls.clientCa}`)
    server = await spawnOwned(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const lines = createInterface({ input: server.child.stdout as Readable })
    const { value, done } = await lines[Symbol.asyncIterator]().next()
    if (done || value !== `127.0.0.1:${port}`) throw new Error('the registry ended before it listened')
  }
  await start()
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    start,
    stop: async () => server?.end(),
    freeze: () => server?.signal('SIGSTOP'),
    thaw: () => server?.signal('SIGCONT'),
    async close() {
      server?.signal('SIGCONT')
      await server?.end()
      await removeOwnDirectory(home)
    },
  }
}

let built: Promise<string> | undefined

/** Built by Go, its modules from the module proxy; a second build finds everything in Go's own cache. */
function buildProgram(): Promise<string> {
  built ??= (async () => {
    const folder = ownDirectory('srfake')
    mkdirSync(folder, { recursive: true })
    const cwd = fileURLToPath(new URL('srfake/', import.meta.url))
    await run('go', ['build', '-o', join(folder, 'srfake'), '.'], { cwd })
    return join(folder, 'srfake')
  })()
  return built
}
