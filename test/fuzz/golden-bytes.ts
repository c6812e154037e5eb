import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const GOLDEN = join(import.meta.dirname, '../golden')

/** Captured from real brokers; the names are those of the files without their ending. */
export function goldenBytes(folder: 'wire' | 'records', names: RegExp): Buffer[] {
  return readdirSync(join(GOLDEN, folder))
    .filter(file => names.test(file.replace(/\.hex$/, '')))
    .map(file => Buffer.from(readFileSync(join(GOLDEN, folder, file), 'utf8').replaceAll(/\s/g, ''), 'hex'))
}
