import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { ExporterError, messageOf } from '../../errors.ts'
import type { BearerToken } from './sasl-credential.ts'
import { LARGEST_TOKEN_BYTES, parseToken } from './token.ts'

const PLACE = 'sasl.token_command'

const CLOSING = 'is not waited for: this side was shut down'

/** Ends of the commands that run. They have groups of their own, so that no signal to ours reaches them. */
const running = new Set<() => void>()
const endAll = () => {
  for (const kill of running) kill()
}

/**
 * Runs the command, without a shell, and takes what it prints for the token. Neither its arguments nor anything that it
 * prints is ever told: both may hold secrets. After the deadline, when `closing` is aborted, and where this process exits
 * by itself, it is killed with all that it started.
 */
export async function runTokenCommand(
  argv: readonly string[],
  timeoutMs: number,
  closing: AbortSignal,
): Promise<BearerToken> {
  const name = basename(argv[0]!)
  const fail = (why: string) =>
    new ExporterError('CREDENTIALS_UNAVAILABLE', `${PLACE}: ${name} ${why}`, {
      canRetry: true,
      remedy: 'Run it by hand as the user that the exporter runs as.',
    })
  const printed = await outputOf(argv, timeoutMs, closing, fail)
  try {
    return parseToken(printed)
  } catch (error) {
    throw fail(`printed no token (${messageOf(error)})`)
  }
}

function outputOf(
  [file, ...args]: readonly string[],
  timeoutMs: number,
  closing: AbortSignal,
  fail: (why: string) => ExporterError,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (closing.aborted) return reject(fail(CLOSING))
    // A group of its own, so that what it started ends with it.
    const child = started(file!, args)
    if (child === null) return reject(fail('cannot be started'))
    const chunks: Buffer[] = []
    let length = 0
    const end = (settle: () => void) => {
      clearTimeout(deadline)
      closing.removeEventListener('abort', close)
      running.delete(kill)
      if (running.size === 0) process.removeListener('exit', endAll)
      child.stdout.destroy()
      settle()
    }
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended.
      }
    }
    const giveUp = (why: string) => {
      kill()
      end(() => reject(fail(why)))
    }
    const close = () => giveUp(CLOSING)
    closing.addEventListener('abort', close)
    if (running.size === 0) process.once('exit', endAll)
    running.add(kill)
    const deadline = setTimeout(() => giveUp(`did not end within ${timeoutMs} ms`), timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > LARGEST_TOKEN_BYTES) giveUp(`printed more than ${LARGEST_TOKEN_BYTES / 1024} KiB`)
      else chunks.push(chunk)
    })
    child.once('error', error => {
      const { code } = error as NodeJS.ErrnoException
      giveUp(`cannot be started (${code === 'ENOENT' ? 'no such file' : (code ?? 'unknown reason')})`)
    })
    child.once('close', (code, signal) => {
      if (code === 0) end(() => resolve(Buffer.concat(chunks).toString()))
      else giveUp(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`)
    })
  })
}

/** Null where an argument is none that a process can be given; Node's message would repeat it. */
function started(file: string, args: readonly string[]) {
  try {
    return spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  } catch {
    return null
  }
}
