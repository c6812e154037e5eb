import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { freePort } from '../harness/free-port.ts'
import { type OwnedProcess, ownDirectory, spawnOwned } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const run = promisify(execFile)
const REPOSITORY = join(import.meta.dirname, '..', '..')

export interface ProbeAnswer {
  readonly status: number
  readonly body: {
    readonly status: 'pass' | 'fail'
    readonly faults: readonly {
      readonly reason: string
      readonly topic: string | null
      readonly partition: number | null
      readonly offset: number | null
      readonly message: string
    }[]
    readonly checks: readonly {
      readonly name: string
      readonly ok: boolean
      readonly reason: string | null
    }[]
  }
}

/** One of the examples in a process of its own, with what Kubernetes would do to it. */
export interface KitService extends OwnedProcess {
  /** What grpc.health.v1 answers to Check: 'SERVING', 'NOT_SERVING'; rejects where there is no such service. */
  grpc(service: string): Promise<string>
  readonly heartbeatFile: string
  /** What it has logged so far. */
  output(): string
  /** GET of one of its probes. */
  probe(name: 'livez' | 'readyz' | 'startupz'): Promise<ProbeAnswer>
  /** Asks until the status is this one; the answer that had it. */
  until(name: 'livez' | 'readyz' | 'startupz', status: number, timeoutMs?: number): Promise<ProbeAnswer>
  metrics(): Promise<string>
  /** What the probe `rm FILE` does: whether the file was there. */
  removeHeartbeat(): Promise<boolean>
  /** Removes the file until it stays away for longer than an idle loop takes for a turn, which is 5 s. */
  heartbeatStops(): Promise<void>
}

/** One that listens on no port. */
export type KitWorker = OwnedProcess &
  Pick<KitService, 'heartbeatFile' | 'output' | 'removeHeartbeat' | 'heartbeatStops'>

/** The heartbeat file is its own. */
export async function startKitWorker(
  example: string,
  env: Readonly<Record<string, string>>,
): Promise<KitWorker> {
  const heartbeatFile = join(ownDirectory('heartbeat'), 'alive')
  const program = ['--import', 'tsx', join(REPOSITORY, 'examples', example, 'main.ts')]
  const owned = await spawnOwned(process.execPath, program, {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', HEARTBEAT_FILE: heartbeatFile, ...env },
  })
  let output = ''
  for (const stream of [owned.child.stdout, owned.child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const removeHeartbeat = () =>
    run('rm', [heartbeatFile]).then(
      () => true,
      () => false,
    )
  return {
    ...owned,
    heartbeatFile,
    output: () => output,
    removeHeartbeat,
    async heartbeatStops() {
      let removedAt = performance.now()
      await waitUntil('nobody touches the heartbeat file', async () => {
        if (await removeHeartbeat()) removedAt = performance.now()
        return performance.now() - removedAt > 6_000
      })
    },
  }
}

/** Resolves when it answers; ports and the heartbeat file are its own. */
export async function startKitService(
  example: string,
  env: Readonly<Record<string, string>>,
): Promise<KitService> {
  const [port, grpcPort] = [await freePort(), await freePort()]
  const worker = await startKitWorker(example, { PORT: String(port), GRPC_PORT: String(grpcPort), ...env })
  const url = `http://127.0.0.1:${port}`
  const get = (path: string) => fetch(`${url}/${path}`, { signal: AbortSignal.timeout(10_000) })
  const probe: KitService['probe'] = async name => {
    const answer = await get(name)
    return { status: answer.status, body: (await answer.json()) as ProbeAnswer['body'] }
  }
  const service: KitService = {
    ...worker,
    grpc: service => checkGrpc(`127.0.0.1:${grpcPort}`, service),
    probe,
    async until(name, status, timeoutMs = 60_000) {
      let last: ProbeAnswer | undefined
      try {
        return await waitUntil(
          `${name} answers ${status}`,
          async () => {
            last = await probe(name)
            return last.status === status && last
          },
          { timeoutMs },
        )
      } catch (error) {
        throw new Error(
          `${(error as Error).message}: ${JSON.stringify(last)}\n${worker.output().slice(-4_000)}`,
        )
      }
    },
    metrics: async () => (await get('metrics')).text(),
  }
  const ended = worker.exited.then(({ code, signal }) => {
    throw new Error(`the service ended (${signal ?? code}):\n${worker.output()}`)
  })
  ended.catch(() => {})
  await Promise.race([ended, waitUntil('the service answers', async () => (await probe('livez')).status > 0)])
  return service
}

/** In bytes, as the protocol has them: who is independent of the kit finds what is wrong with its own. */
function checkGrpc(address: string, service: string): Promise<string> {
  const client = new Client(address, credentials.createInsecure())
  const request = Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)])
  return new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest<Buffer, Buffer>(
      '/grpc.health.v1.Health/Check',
      bytes => bytes,
      bytes => bytes,
      request,
      new Metadata(),
      { deadline: Date.now() + 30_000 },
      (error, answer) => {
        if (error) reject(error)
        else resolve(['UNKNOWN', 'SERVING', 'NOT_SERVING'][answer?.[1] ?? 0] ?? String(answer?.[1]))
      },
    )
  }).finally(() => client.close())
}

/** Asks a service whether it is alive, all the time, and keeps the answers that it was not. */
export function watchLiveness(service: KitService): {
  /** What it said when it was not alive; each once. */
  failures(): readonly string[]
  /** How long the answers have been coming. */
  forMs(): number
  stop(): Promise<void>
} {
  const startedAt = performance.now()
  let lastAt = startedAt
  const failures = new Set<string>()
  const stop = new AbortController()
  const watching = (async () => {
    while (!stop.signal.aborted) {
      try {
        const { status, body } = await service.probe('livez')
        if (status !== 200) failures.add(body.faults.map(({ message }) => message).join('; '))
      } catch (error) {
        failures.add(String(error))
      }
      lastAt = performance.now()
      await pause(100, undefined, { signal: stop.signal }).catch(() => {})
    }
  })()
  return {
    failures: () => [...failures],
    forMs: () => lastAt - startedAt,
    async stop() {
      stop.abort()
      await watching
    },
  }
}
