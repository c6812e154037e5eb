import { join } from 'node:path'
import { type OwnedProcess, spawnOwned } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** The program as a process of its own. */
export interface Command extends OwnedProcess {
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
}

/** @param compiled path of the program's main.js; from its sources unless told */
export async function startCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  compiled?: string,
): Promise<Command> {
  const program = compiled === undefined ? ['--import', 'tsx', MAIN] : [compiled]
  const owned = await spawnOwned(process.execPath, [...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    owned.child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  return { ...owned, stdout: () => texts.stdout, stderr: () => texts.stderr }
}

export interface ServingCommand extends Command {
  /** http://127.0.0.1:port */
  readonly url: string
}

/** `serve` on a free port; resolves when it listens. */
export async function startServing(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  compiled?: string,
): Promise<ServingCommand> {
  const command = await startCommand(['serve', '--web.listen-address=127.0.0.1:0', ...args], env, compiled)
  const url = await waitUntil(
    'the exporter listens',
    () => {
      const { exitCode } = command.child
      if (exitCode !== null) return { failure: new Error(`it ended (${exitCode}): ${command.stderr()}`) }
      return /listening on (http:\/\/[\d.:]+)/.exec(command.stderr())?.[1]
    },
    { pauseMs: 20 },
  )
  if (typeof url !== 'string') throw url.failure
  return { ...command, url }
}

/** Runs it to its end. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  compiled?: string,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const command = await startCommand(args, env, compiled)
  // `exit` may come before the pipes are empty; `close` does not.
  const closed = new Promise<void>(resolve => command.child.once('close', () => resolve()))
  const deadline = setTimeout(() => command.signal('SIGKILL'), 60_000)
  command.child.ref()
  const { code } = await command.exited
  await closed
  clearTimeout(deadline)
  return { code, stdout: command.stdout(), stderr: command.stderr() }
}
