import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { ExporterError, messageOf } from '../errors.ts'
import type { StateStore } from '../model/ports.ts'

/**
 * One file, replaced whole: written beside it, synced, renamed over it, so that a kill at any instant leaves the old
 * or the new state and never a mixture.
 */
export function stateFile(path: string): StateStore {
  return {
    async load() {
      try {
        return await readFile(path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw new ExporterError('STATE_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
      }
    },
    async save(bytes) {
      try {
        await mkdir(dirname(path), { recursive: true })
        await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
          mode: 0o600,
        })
      } catch (cause) {
        throw new ExporterError('STATE_UNWRITABLE', `cannot write ${path}: ${messageOf(cause)}`, { cause })
      }
    },
  }
}

/** Where one of several clusters keeps its state, beside the configured path. */
export function statePathOf(path: string, cluster: string | null): string {
  return cluster === null ? path : `${path}.${encodeURIComponent(cluster)}`
}
