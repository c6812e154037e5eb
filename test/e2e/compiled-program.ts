import { execFile } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ownDirectory } from '../harness/owned-process.ts'

const run = promisify(execFile)
const REPOSITORY = join(import.meta.dirname, '..', '..')

/**
 * The program as it is shipped, for tests that start it so often that a loader would be most of what they do. The
 * caller removes the folder.
 */
export async function compileProgram(): Promise<{ readonly dir: string; readonly main: string }> {
  const dir = ownDirectory('program')
  const tsc = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc')
  const outDir = join(dir, 'dist')
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir], { cwd: REPOSITORY })
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(REPOSITORY, name), join(dir, name))
  return { dir, main: join(outDir, 'main.js') }
}
