import { pause } from '../model/pause.ts'
import type { CliIo } from './cli-io.ts'

/** The terminal, the environment and the network of this process; Ctrl-C aborts the signal. */
export function processIo(): CliIo {
  const { stdout, stderr, env } = process
  const quit = new AbortController()
  process.once('SIGINT', () => quit.abort())
  process.once('SIGTERM', () => quit.abort())
  return {
    stdout,
    stderr,
    env,
    isTTY: stdout.isTTY === true,
    columns: stdout.columns,
    rows: stdout.rows,
    fetch,
    now: Date.now,
    signal: quit.signal,
    wait: pause,
  }
}
