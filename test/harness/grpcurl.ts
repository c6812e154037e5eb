import { execFile, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ownDirectory } from './owned-process.ts'

const run = promisify(execFile)
const protoFolder = join(
  dirname(createRequire(import.meta.url).resolve('grpc-health-check/package.json')),
  'proto',
)
const FLAGS = [
  '-plaintext',
  '-emit-defaults',
  '-import-path',
  protoFolder,
  '-proto',
  'health/v1/health.proto',
]

export interface GrpcurlAnswer {
  readonly code: number
  /** JSON of the answer; null where there is none. */
  readonly answer: unknown
  readonly stderr: string
}

/** One call by grpcurl, which shares no code with us: `Check`, `List`. */
export async function grpcurl(port: number, method: string, request: object): Promise<GrpcurlAnswer> {
  const program = await buildProgram()
  const args = [...FLAGS, '-max-time', '30', '-d', JSON.stringify(request), ...target(port, method)]
  return new Promise(resolve => {
    execFile(program, args, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1)
      resolve({ code, answer: stdout.trim() === '' ? null : JSON.parse(stdout), stderr })
    })
  })
}

export interface GrpcurlStream {
  /** What was answered up to now, as JSON. */
  readonly answers: readonly unknown[]
  /** Exit code, once the call has ended. */
  readonly ended: Promise<number | null>
  cancel(): void
}

/** A call that is answered by a stream: `Watch`. */
export async function grpcurlStream(port: number, method: string, request: object): Promise<GrpcurlStream> {
  const child = spawn(
    await buildProgram(),
    [...FLAGS, '-max-time', '120', '-d', JSON.stringify(request), ...target(port, method)],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const answers: unknown[] = []
  let open = ''
  createInterface({ input: child.stdout }).on('line', line => {
    open += line
    if (line !== '}') return
    answers.push(JSON.parse(open))
    open = ''
  })
  return {
    answers,
    ended: new Promise(resolve => child.once('close', resolve)),
    cancel: () => child.kill(),
  }
}

function target(port: number, method: string): readonly string[] {
  return [`127.0.0.1:${port}`, `grpc.health.v1.Health/${method}`]
}

let built: Promise<string> | undefined

/** Built by Go, its modules from the module proxy; a second build finds everything in Go's own cache. */
function buildProgram(): Promise<string> {
  built ??= (async () => {
    const folder = ownDirectory('grpcurl')
    mkdirSync(folder, { recursive: true })
    const cwd = fileURLToPath(new URL('grpcurl/', import.meta.url))
    const program = join(folder, 'grpcurl')
    await run('go', ['build', '-o', program, 'github.com/fullstorydev/grpcurl/cmd/grpcurl'], { cwd })
    return program
  })()
  return built
}
