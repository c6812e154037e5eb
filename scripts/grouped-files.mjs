import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** Of one folder in one process, at most. */
const AT_MOST = 16

/** Those of one file would be those of all. */
const HOOK = /^(before|after)(Each)?\(/m

/** A process that is ended by one of its files has not tested the others, whatever it says. */
const WHOLE = `import { after } from 'node:test'
let isDone = false
after(() => { isDone = true })
process.on('exit', () => { if (!isDone) process.exitCode = 1 })
`

/**
 * Most of the time of a small file goes into starting a process and loading what it needs. So files of one folder share
 * one, by a file that imports them.
 *
 * @returns what is to be run, by the path from here, and which of the files it stands for
 */
export function groupedFiles(files, folder) {
  const groups = new Map()
  const folders = new Map()
  for (const file of files) {
    const name = file.split('/')[1]
    if (HOOK.test(readFileSync(file, 'utf8'))) groups.set(file, [file])
    else folders.set(name, [...(folders.get(name) ?? []), file])
  }
  mkdirSync(folder, { recursive: true })
  for (const [name, all] of folders) {
    for (const [i, some] of chunks(all).entries()) {
      const path = join(folder, `${name}-${i + 1}.test.mjs`)
      writeFileSync(path, WHOLE + some.map(file => `import ${JSON.stringify(resolve(file))}\n`).join(''))
      groups.set(relative('.', path), some)
    }
  }
  return groups
}

function chunks(files) {
  const count = Math.ceil(files.length / AT_MOST)
  const size = Math.ceil(files.length / count)
  return Array.from({ length: count }, (_, i) => files.slice(i * size, (i + 1) * size))
}
