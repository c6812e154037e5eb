/** What a subcommand may touch of the world. `main` gives the process's own; tests give theirs. */
export interface CliIo {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean
  /** Of the terminal; undefined = as wide and high as need be. */
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly fetch: typeof fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Aborted when the user wants to quit. */
  readonly signal: AbortSignal
  /** Milliseconds; resolves early, without error, when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface TextSink {
  write(text: string): unknown
}
