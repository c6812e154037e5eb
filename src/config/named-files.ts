import type { Fault } from './fault.ts'
import { shown } from './fault.ts'
import type { Found } from './layers.ts'
import { expectedFile, type ReadFile, type Use } from './read-file.ts'

const KIB = 1024
/** Far beyond any real one; a wrong path must not fill the memory. */
export const LARGEST_CONFIG_BYTES = 1024 * KIB
const LARGEST_PEM_BYTES = 1024 * KIB
const LARGEST_SECRET_BYTES = 64 * KIB

/** Reads the files that settings name, so that a missing one is a fault at start and not a failure at night. */
export interface NamedFiles {
  /** The path, proved to be that of a PEM file with such a block; null where the setting is left out or faulty. */
  pem(found: Found<string>, block: 'CERTIFICATE' | 'PRIVATE KEY'): string | null
  /** What the file holds; undefined after a fault. */
  text(found: Found<string>): string | undefined
  /** What the file holds, without one line break at its end; undefined after a fault. */
  secret(found: Found<string>, what: string): string | undefined
  /** The path of such a file, which will be read anew; undefined after a fault. */
  secretPath(found: Found<string>, what: string): string | undefined
}

export function namedFiles(readFile: ReadFile, faults: Fault[]): NamedFiles {
  const read = (found: Found<string>, maxBytes: number, use: Use): string | undefined => {
    if (found.value === undefined) return undefined
    try {
      return readFile(found.value, maxBytes, use)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      faults.push({
        at: found.at,
        problem: `got ${shown(found.value)} (${reason}), expected ${expectedFile(reason)}`,
      })
      return undefined
    }
  }
  const secret = (found: Found<string>, what: string, use: Use): string | undefined => {
    const content = read(found, LARGEST_SECRET_BYTES, use)?.replace(/\r?\n$/, '')
    if (content !== '') return content
    faults.push({
      at: found.at,
      problem: `got ${shown(found.value)} (empty), expected a file with ${what}`,
    })
    return undefined
  }
  return {
    pem(found, block) {
      const content = read(found, LARGEST_PEM_BYTES, 'again')
      if (content === undefined) return found.value ?? null
      const what = block === 'CERTIFICATE' ? 'a PEM file with a certificate' : 'a PEM file with a private key'
      const encrypted = block === 'PRIVATE KEY' && /ENCRYPTED/.test(content)
      const holds = new RegExp(`-----BEGIN (?:[A-Z]+ )*${block}-----`).test(content)
      if (encrypted || !holds) {
        const problem = `got ${shown(found.value)}, expected ${what}${encrypted ? ' that is not encrypted' : ''}`
        faults.push({ at: found.at, problem })
      }
      return found.value ?? null
    },
    text: found => read(found, LARGEST_CONFIG_BYTES, 'once'),
    secret: (found, what) => secret(found, what, 'once'),
    secretPath: (found, what) => (secret(found, what, 'again') === undefined ? undefined : found.value),
  }
}
