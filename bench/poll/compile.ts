import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The measured programs as plain JavaScript, as they are shipped: a loader in the process would be counted as theirs.
 * Gives the folder that they are in.
 */
export function compileMeasured(): string {
  execFileSync(
    process.execPath,
    [here('../../node_modules/typescript/bin/tsc'), '-p', here('tsconfig.json')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  return here('../../.cache/bench/poll/bench/poll/')
}
