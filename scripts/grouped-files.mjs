import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Of one folder in one process, at most. */
const AT_MOST = 16

/** Those of one file would be those of all. */
const HOOK = /^(before|after)(Each)?\(/m

/**
 * Most of the time of a small file goes into starting a process and loading what it needs. So files of one folder share
 * one, by a file that imports them.
 */
export function groupedFiles(files, folder) {
  const apart = files.filter(file => HOOK.test(readFileSync(file, 'utf8')))
  const groups = new Map()
  for (const file of files.filter(f => !apart.includes(f))) {
    const name = file.split('/')[1]
    const group = groups.get(name) ?? []
    groups.set(name, group)
    group.push(file)
  }
  mkdirSync(folder, { recursive: true })
  const written = [...groups].flatMap(([name, all]) =>
    chunks(all).map((some, i) => {
      const path = join(folder, `${name}-${i + 1}.test.mjs`)
      writeFileSync(path, some.map(file => `import ${JSON.stringify(resolve(file))}\n`).join(''))
      return path
    }),
  )
  return [...written, ...apart]
}

function chunks(files) {
  const count = Math.ceil(files.length / AT_MOST)
  const size = Math.ceil(files.length / count)
  return Array.from({ length: count }, (_, i) => files.slice(i * size, (i + 1) * size))
}
