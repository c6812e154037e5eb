import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Text of a file. Throws an Error whose message says in a few words why it cannot be had; the message never holds
 * the path or the content.
 */
export type ReadFile = (path: string, maxBytes: number) => string

/** Never reads more than `maxBytes`, whatever the file is: `/dev/zero` is a file too. */
export const readTextFile: ReadFile = (path, maxBytes) => {
  const descriptor = attempt(() => openSync(path, 'r'))
  try {
    if (attempt(() => fstatSync(descriptor)).isDirectory()) throw new Error('a directory')
    const buffer = Buffer.allocUnsafe(maxBytes + 1)
    let length = 0
    while (length <= maxBytes) {
      const read = attempt(() => readSync(descriptor, buffer, length, buffer.length - length, null))
      if (read === 0) break
      length += read
    }
    if (length > maxBytes) throw new Error(`more than ${maxBytes / 1024} KiB`)
    return decode(buffer.subarray(0, length))
  } finally {
    closeSync(descriptor)
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('not UTF-8')
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'a directory',
}

function attempt<Result>(io: () => Result): Result {
  try {
    return io()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new Error(REASONS[code] ?? code, { cause })
  }
}
