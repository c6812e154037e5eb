import { type BigIntStats, statSync } from 'node:fs'
import { ConfigError, type Fault, lineOf } from '../config/fault.ts'
import type { ReadFile } from '../config/read-file.ts'
import { readWebConfig } from '../config/web/read-web-config.ts'
import type { Log } from '../model/ports.ts'
import type { WebAccess } from '../model/web-access.ts'

/**
 * The web configuration file as it is on the disk, with the certificates that it names: read anew when one of them has
 * changed, which is looked for at every connection and request. A faulty one is told of, and the last good one stays.
 */
export class LiveWebConfig {
  readonly #path: string
  readonly #readFile: ReadFile
  readonly #log: Log
  readonly #note: (isTaken: boolean) => void
  /** What each file was like just before it was read. */
  #stamps: ReadonlyMap<string, string> = new Map()
  #access: WebAccess
  #faults: readonly Fault[] = []

  /**
   * Throws ConfigError where there is no good one to begin with.
   *
   * @param note told whether one that has changed was taken
   */
  constructor(path: string, readFile: ReadFile, log: Log, note: (isTaken: boolean) => void) {
    this.#path = path
    this.#readFile = readFile
    this.#log = log
    this.#note = note
    this.#access = this.#read()
  }

  readonly current = (): WebAccess => {
    for (const [file, stamp] of this.#stamps) {
      if (stampOf(file) === stamp) continue
      this.#reread()
      break
    }
    return this.#access
  }

  /** Why the file, as it is now, is not in force. */
  faults(): readonly Fault[] {
    this.current()
    return this.#faults
  }

  #reread(): void {
    const log = this.#log
    try {
      const access = this.#read()
      if ((access.tls === null) !== (this.#access.tls === null)) {
        const got = access.tls === null ? 'nothing' : 'certificates'
        const problem = `got ${got}, expected ${access.tls === null ? 'certificates' : 'nothing'} until the next restart`
        throw new ConfigError([{ at: `${this.#path}: tls_server_config`, problem }])
      }
      this.#access = access
      this.#faults = []
      this.#note(true)
      log.info({ file: this.#path }, 'web configuration read anew')
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#faults = error.faults
      this.#note(false)
      for (const fault of error.faults) logFault(log, fault)
      log.error({ faults: error.faults.length }, 'web configuration refused: the one before it stays')
    }
  }

  #read(): WebAccess {
    const stamps = new Map<string, string>()
    try {
      return readWebConfig(this.#path, (file, maxBytes, use) => {
        stamps.set(file, stampOf(file))
        return this.#readFile(file, maxBytes, use)
      })
    } finally {
      this.#stamps = stamps
    }
  }
}

function logFault(log: Log, fault: Fault): void {
  log.error({ code: 'CONFIG_INVALID' }, lineOf(fault))
}

/** Changes whenever the content does, replaced by renaming or through a link too. */
function stampOf(file: string): string {
  let stats: BigIntStats | undefined
  try {
    stats = statSync(file, { bigint: true })
  } catch {
    return 'unreadable'
  }
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`
}
