import type { Environment } from '../config/environment.ts'
import { type ReadFile, readTextFile } from '../config/read-file.ts'
import type { TextSink } from './cli-io.ts'

/** What a command line may touch before it has become settings. Tests give their own. */
export interface CommandWorld {
  readonly env: Environment
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly readFile: ReadFile
}

export function processWorld(): CommandWorld {
  const { env, stdout, stderr } = process
  return { env, stdout, stderr, readFile: readTextFile }
}
