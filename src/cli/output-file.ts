import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { ExporterError } from '../errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such directory',
  ENOTDIR: 'no such directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'read-only',
  EISDIR: 'a directory',
  ENOSPC: 'no space left',
}

/**
 * Replaces a file as a whole, so that no reader and no failure finds half of it; a device or a pipe is written to.
 * Throws an ExporterError that says in one line what could not be written, and why.
 */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  try {
    const known = statSync(path, { throwIfNoEntry: false })
    const isSpecial = known !== undefined && !known.isFile() && !known.isDirectory()
    await (isSpecial ? writeFile(path, text) : writeFileAtomic(path, text))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unwritable'
    throw new ExporterError('OUTPUT_FAILED', `${path} cannot be written: ${REASONS[code] ?? code}`, { cause })
  }
}
