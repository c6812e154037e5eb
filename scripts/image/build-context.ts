import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Copies what `docker build` would be sent from a clean clone: the files git tracks, as they are in the working tree,
 * that .dockerignore lets through.
 */
export function copyBuildContext(repository: string, to: string): string[] {
  const letsThrough = parseDockerignore(readFileSync(join(repository, '.dockerignore'), 'utf8'))
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' })
  const files = tracked
    .split('\0')
    .filter(file => file !== '' && letsThrough(file) && existsSync(join(repository, file)))
  for (const file of files) {
    const copy = join(to, file)
    mkdirSync(dirname(copy), { recursive: true })
    copyFileSync(join(repository, file), copy)
  }
  return files
}

/** Understands an allow list: `*`, then `!path`, each for a file or all of a folder. */
export function parseDockerignore(text: string): (file: string) => boolean {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  const [all, ...exceptions] = lines
  if (all !== '*') throw new Error('.dockerignore: the first pattern must be *')
  const allowed = exceptions.map(line => {
    const path = /^!([\w./-]*[\w-])$/.exec(line)?.[1]
    if (path === undefined) throw new Error(`.dockerignore: only !path is supported after *: ${line}`)
    return path
  })
  return file => allowed.some(path => file === path || file.startsWith(`${path}/`))
}
