import { ExporterError, messageOf } from '../../errors.ts'
import type { Troubles } from './troubles.ts'

/** Throws an Error that says in a few words why the file cannot be had, without path and content. */
export type ReadText = (path: string, maxBytes: number) => string

export interface KeptFilesOptions<Content> {
  /** The setting, or settings: `sasl.password_file`. */
  readonly place: string
  readonly paths: readonly string[]
  readonly maxBytes: number
  readonly read: ReadText
  /** Throws an Error that says what is wrong, without repeating any of the text. */
  readonly parse: (texts: readonly string[]) => Content
  readonly troubles: Troubles
}

/**
 * Files that belong together, such as a certificate and its key, read anew whenever they are asked for, which is at
 * each connection: there is no watcher that could miss a change, and a mount that is replaced as a whole counts too.
 * Content that cannot be used, half-written for one, leaves the last good one in force.
 */
export class KeptFiles<Content> {
  readonly #options: KeptFilesOptions<Content>
  #texts: readonly string[] | null = null
  #content: Content | undefined

  constructor(options: KeptFilesOptions<Content>) {
    this.#options = options
  }

  /** Throws CREDENTIALS_UNAVAILABLE where nothing usable was ever there. */
  get(): Content {
    const { place, paths, maxBytes, read, parse, troubles } = this.#options
    try {
      const texts = paths.map(path => {
        try {
          return read(path, maxBytes)
        } catch (error) {
          throw new Error(`${path} cannot be read (${messageOf(error)})`)
        }
      })
      if (this.#texts === null || texts.some((text, i) => text !== this.#texts![i])) {
        this.#content = parse(texts)
        this.#texts = texts
      }
      troubles.end(place)
    } catch (error) {
      const why = messageOf(error)
      if (this.#texts === null) {
        troubles.begin(place, 'CREDENTIALS_UNAVAILABLE', why)
        throw new ExporterError('CREDENTIALS_UNAVAILABLE', `${place}: ${why}`, {
          canRetry: true,
          remedy: 'Put the file in place, readable for this user; it is read anew at the next attempt.',
        })
      }
      troubles.begin(place, 'CREDENTIALS_STALE', `${why}; what was read before is used on`)
    }
    return this.#content as Content
  }

  /** Tells of a change that is no good before a connection needs it. Null where there is nothing usable yet. */
  check(): Content | null {
    try {
      return this.get()
    } catch {
      // It is among the troubles.
      return null
    }
  }
}
