import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Text of a file. Throws an Error whose message says in a few words why it cannot be had; the message never holds
 * the path or the content.
 */
export type ReadFile = (path: string, maxBytes: number, use?: Use) => string

/** Whether what is read now will be read anew later, beside other work: then it may be no pipe, which gives all only once. */
export type Use = 'once' | 'again'

/** Why a file that is read `again` cannot be had. */
const PIPE = 'a pipe'

/** What a file should have been that cannot be had for a reason. */
export const expectedFile = (reason: string): string =>
  reason === PIPE ? 'a file that can be read again' : 'a readable file'

const LONGEST_WAIT_MS = 10_000
const PAUSE_MS = 10

/** Never reads more than `maxBytes`, whatever the file is: `/dev/zero` is a file too. */
export const readTextFile: ReadFile = (path, maxBytes, use = 'once') => {
  // Opening a pipe would wait for whoever writes to it, and with it all that this process does.
  const descriptor = attempt(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
  try {
    const stats = attempt(() => fstatSync(descriptor))
    if (stats.isDirectory()) throw new Error('a directory')
    if (stats.isFIFO() && use === 'again') throw new Error(PIPE)
    const waitUntil = performance.now() + (use === 'once' ? LONGEST_WAIT_MS : 0)
    const buffer = Buffer.allocUnsafe(maxBytes + 1)
    let length = 0
    while (length <= maxBytes) {
      const read = attempt(() => readOrWait(descriptor, buffer.subarray(length), waitUntil))
      if (read === 0) break
      length += read
    }
    if (length > maxBytes) throw new Error(`more than ${maxBytes / 1024} KiB`)
    return decode(buffer.subarray(0, length))
  } finally {
    closeSync(descriptor)
  }
}

/** Process substitution hands over a pipe before its program has written anything. */
function readOrWait(descriptor: number, into: Uint8Array, waitUntil: number): number {
  while (true) {
    try {
      return readSync(descriptor, into)
    } catch (error) {
      const isEarly = (error as NodeJS.ErrnoException).code === 'EAGAIN'
      if (!isEarly || performance.now() >= waitUntil) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
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
  EAGAIN: 'nothing came from it in time',
}

function attempt<Result>(io: () => Result): Result {
  try {
    return io()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new Error(REASONS[code] ?? code, { cause })
  }
}
