import type { Environment } from '../config/environment.ts'
import { ConfigError } from '../config/fault.ts'
import { loadSettings } from '../config/load-settings.ts'
import { type ReadFile, readTextFile } from '../config/read-file.ts'

export interface CheckConfigSurroundings {
  readonly env: Environment
  /** Names of all metric families. */
  readonly knownFamilies: readonly string[]
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  readonly readFile?: ReadFile
}

/**
 * `check-config FILE`: whether `serve --config=FILE` would start in this environment. Every fault is a line.
 *
 * @returns the exit code: 0, or 1 with faults
 */
export function checkConfig(file: string, surroundings: CheckConfigSurroundings): number {
  const { env, knownFamilies, out, err, readFile = readTextFile } = surroundings
  try {
    const settings = loadSettings({
      argvFlags: new Map([['config', [file]]]),
      env,
      readFile,
      knownFamilies,
      notice: line => err(`notice: ${line}`),
    })
    const clusters = counted(settings.clusters.length, 'cluster', 'clusters')
    const dependencies = counted(settings.dependencies.length, 'dependency', 'dependencies')
    out(`${file}: valid (${clusters}, ${dependencies})`)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    err(error.message)
    return 1
  }
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
