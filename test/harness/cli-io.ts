import type { CliIo } from '../../src/cli/cli-io.ts'

export interface RecordedIo extends CliIo {
  out(): string
  err(): string
  /** As Ctrl-C does. */
  quit(): void
}

/** Streams that are kept; no terminal, no environment and no waiting unless a test says otherwise. */
export function recordedIo(given: Partial<CliIo> = {}): RecordedIo {
  const out: string[] = []
  const err: string[] = []
  const quitting = new AbortController()
  return {
    stdout: { write: text => out.push(text) },
    stderr: { write: text => err.push(text) },
    env: {},
    isTTY: false,
    fetch,
    now: () => Date.UTC(2026, 2, 1, 12),
    signal: quitting.signal,
    wait: () => Promise.resolve(),
    ...given,
    out: () => out.join(''),
    err: () => err.join(''),
    quit: () => quitting.abort(),
  }
}
