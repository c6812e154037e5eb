import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** The program as plain JavaScript, as it is shipped: a loader would add to the time that a restart takes. Gives main.js. */
export function compileExporter(): string {
  const folder = join(ROOT, '.cache', 'accuracy')
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  const outDir = join(folder, 'dist')
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = ['-p', join(ROOT, 'tsconfig.build.json'), '--noCheck', '--outDir', outDir]
  execFileSync(process.execPath, [tsc, ...project], { stdio: ['ignore', 'inherit', 'inherit'] })
  return join(outDir, 'main.js')
}
