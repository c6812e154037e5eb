import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { BaseImage, checkNamespaces, type Surroundings } from './base-image.ts'
import { copyBuildContext } from './build-context.ts'
import { parseDockerfile, type Stage, type Step } from './dockerfile.ts'

/** What the final stage amounts to. */
export interface Image {
  /** The directory that is the image's /. */
  readonly root: string
  /** The entries of `root` that the Dockerfile made; the others are places for what the base image brings. */
  readonly topLevel: readonly string[]
  readonly entrypoint: readonly string[]
  readonly healthcheck: readonly string[]
  readonly ports: readonly number[]
  readonly surroundings: Surroundings
  /** Program and arguments that run a command as a container of the image would. */
  command(command: readonly string[]): readonly [string, ...string[]]
  /** Removes all that was built. */
  remove(): void
}

interface BuiltStage {
  readonly root: string
  surroundings: Surroundings
  entrypoint: readonly string[]
  healthcheck: readonly string[]
  readonly ports: number[]
}

/** One RUN; npm's own retries included. */
const RUN_DEADLINE_MS = 300_000

/**
 * Carries out the Dockerfile's steps below `directory`, which must be empty.
 *
 * @throws at the first step that fails, with the Dockerfile's line and what the step printed.
 */
export async function carryOut(
  repository: string,
  directory: string,
  log: (line: string) => void,
): Promise<Image> {
  const stages = parseDockerfile(readFileSync(join(repository, 'Dockerfile'), 'utf8'))
  checkNamespaces()
  const folder = (name: string) => {
    mkdirSync(join(directory, name), { mode: 0o755 })
    return join(directory, name)
  }
  const base = new BaseImage(folder('base'))
  const context = folder('context')
  log(`build context: ${copyBuildContext(repository, context).length} files`)
  const built = new Map<string, BuiltStage>()
  let last: BuiltStage | undefined
  for (const [index, stage] of stages.entries()) {
    last = await build(stage, folder(`stage-${index}`), base, context, built, log)
    built.set(stage.name ?? String(index), last)
  }
  const { root, entrypoint, healthcheck, ports, surroundings } = last!
  const ofBase = new Set(base.topLevel)
  return {
    root,
    topLevel: readdirSync(root).filter(name => !ofBase.has(name)),
    entrypoint,
    healthcheck,
    ports,
    surroundings,
    command: command => base.inside(root, surroundings, command),
    remove: () => base.remove(directory),
  }
}

async function build(
  { base: from, steps }: Stage,
  root: string,
  base: BaseImage,
  context: string,
  earlier: ReadonlyMap<string, BuiltStage>,
  log: (line: string) => void,
): Promise<BuiltStage> {
  if (!/^node:\d+-slim$/.test(from))
    throw new Error(`Dockerfile: FROM ${from}: only node:<major>-slim is supported`)
  base.prepare(root)
  const stage: BuiltStage = {
    root,
    surroundings: { user: 'root', directory: '/', env: {} },
    entrypoint: [],
    healthcheck: [],
    ports: [],
  }
  for (const step of steps) {
    const began = performance.now()
    try {
      await carryOutStep(step, stage, base, context, earlier)
    } catch (error) {
      // Without its cause, whose message this one holds: what a step printed may be long.
      throw new Error(`Dockerfile:${step.line}: ${(error as Error).message}`)
    }
    if (step.kind === 'run') log(`RUN ${step.script}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  }
  return stage
}

async function carryOutStep(
  step: Step,
  stage: BuiltStage,
  base: BaseImage,
  context: string,
  earlier: ReadonlyMap<string, BuiltStage>,
): Promise<void> {
  const { root, surroundings } = stage
  switch (step.kind) {
    case 'workdir':
      stage.surroundings = { ...surroundings, directory: resolve(surroundings.directory, step.path) }
      mkdirSync(join(root, stage.surroundings.directory), { recursive: true })
      return
    case 'env':
      stage.surroundings = { ...surroundings, env: { ...surroundings.env, [step.name]: step.value } }
      return
    case 'user':
      stage.surroundings = { ...surroundings, user: step.user }
      return
    case 'expose':
      stage.ports.push(step.port)
      return
    case 'entrypoint':
      stage.entrypoint = step.command
      return
    case 'healthcheck':
      stage.healthcheck = step.command
      return
    case 'copy': {
      const source = step.from === undefined ? context : earlier.get(step.from)?.root
      if (source === undefined) throw new Error(`no stage ${step.from} stands before`)
      copy(source, step.sources, join(root, resolve(surroundings.directory, step.to)), step.to.endsWith('/'))
      return
    }
    case 'run':
      return run(base.inside(root, surroundings, ['/bin/sh', '-c', step.script]))
    default:
      throw new Error(`not a step: ${(step satisfies never as Step).kind}`)
  }
}

/** As COPY has it: of a folder its content is copied, not the folder. */
function copy(from: string, sources: readonly string[], to: string, intoFolder: boolean): void {
  for (const source of sources) {
    const path = join(from, resolve('/', source))
    if (!existsSync(path)) throw new Error(`COPY ${source}: not found`)
    const into = intoFolder && !statSync(path).isDirectory() ? join(to, basename(path)) : to
    cpSync(path, into, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  }
}

async function run([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (code !== 0) throw new Error(`RUN ended with ${code ?? signal}:\n${output}`)
}
