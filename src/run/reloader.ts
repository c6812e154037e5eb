import { ConfigError, lineOf } from '../config/fault.ts'
import type { Settings } from '../config/settings.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../model/ports.ts'
import type { EstateChanges, PartChanges, Reload, ReloadFault, ReloadOutcome } from '../model/reload.ts'

export interface ReloaderParts {
  /** Reads all sources anew. Throws ConfigError with every fault. */
  readonly load: () => Settings
  /** Faults of what is valid and cannot be put in force without a restart. */
  readonly refuse: (wanted: Settings) => readonly ReloadFault[]
  /** Puts it in force as a whole. */
  readonly apply: (wanted: Settings) => Promise<EstateChanges>
  /** Told whether the last reading was valid. */
  readonly note: (isValid: boolean) => void
  readonly log: Log
}

/** Reloads one after the other. Whoever asks while one is under way shares the next, which begins after it. */
export class Reloader {
  readonly #parts: ReloaderParts
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<ReloadOutcome> | null = null
  #isClosed = false

  constructor(parts: ReloaderParts) {
    this.#parts = parts
  }

  readonly reload: Reload = cause => {
    this.#next ??= this.#running.then(() => {
      this.#next = null
      return this.#reloadNow(cause)
    })
    const outcome = this.#next
    this.#running = outcome.catch(() => {})
    return outcome
  }

  /** Resolves when none is under way; none begins after it. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #reloadNow(cause: string): Promise<ReloadOutcome> {
    const { apply, note, log } = this.#parts
    if (this.#isClosed) {
      log.info({ cause }, 'no reload: the exporter is stopping')
      return { isApplied: false, faults: [STOPPING] }
    }
    try {
      const read = this.#read()
      if ('faults' in read) {
        note(false)
        for (const fault of read.faults) log.error({ code: 'CONFIG_INVALID' }, lineOf(fault))
        log.error({ cause, faults: read.faults.length }, 'reload refused: the configuration before it stays')
        return { isApplied: false, faults: read.faults }
      }
      const changes = await apply(read.settings)
      note(true)
      log.info({ cause, ...loggable(changes) }, 'configuration reloaded')
      return { isApplied: true, changes }
    } catch (error) {
      note(false)
      log.error({ cause, err: error, code: codeOf(error) }, `reload failed: ${messageOf(error)}`)
      throw error
    }
  }

  #read(): { readonly settings: Settings } | { readonly faults: readonly ReloadFault[] } {
    try {
      const settings = this.#parts.load()
      const faults = this.#parts.refuse(settings)
      return faults.length > 0 ? { faults } : { settings }
    } catch (error) {
      if (error instanceof ConfigError) return { faults: error.faults }
      throw error
    }
  }
}

const STOPPING: ReloadFault = { at: 'exporter', problem: 'it is stopping' }

function loggable({ clusters, dependencies, services }: EstateChanges): object {
  return { clusters: counts(clusters), dependencies: counts(dependencies), services: counts(services) }
}

function counts({ added, removed, changed, kept }: PartChanges): object {
  return { added: added.length, removed: removed.length, changed: changed.length, kept: kept.length }
}
