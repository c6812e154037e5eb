import type { Clock, Log } from '../model/ports.ts'

/** What is refused stays refused until somebody grants it: asked again so often. */
const DENIED_FOR_MS = 60_000
/** By topic and code: the rest is left to the log of the polls. */
const MOST_REMEMBERED = 1_000

const REMEDIES: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'grant READ on it, or leave it out',
}

export interface ReadTroubles {
  failed(topic: string, code: string, message: string): void
  succeeded(topic: string): void
  /** Topics that are watched; of others nothing is known any more. */
  keepOnly(topics: { has(topic: string): boolean }): void
  /** False for a while after it was refused. */
  isReadable(topic: string): boolean
  /** Why each topic that cannot be read cannot be, by topic; the same object while nothing changes. */
  codes(): ReadonlyMap<string, string>
}

/** Topics whose records cannot be read: told of when it begins and when it ends, not at every pass. */
export function readTroubles(log: Log, clock: Clock): ReadTroubles {
  const standing = new Map<string, { readonly code: string; readonly at: number }>()
  let told: ReadonlyMap<string, string> | null = null
  return {
    failed(topic, code, message) {
      const before = standing.get(topic)
      if (before === undefined && standing.size >= MOST_REMEMBERED) return
      standing.set(topic, { code, at: clock() })
      if (before?.code === code) return
      told = null
      const remedy = REMEDIES[code]
      log.warn({ topic, code }, `records cannot be read: ${message}${remedy ? `. ${remedy}` : ''}`)
    },
    succeeded(topic) {
      if (!standing.delete(topic)) return
      told = null
      log.info({ topic }, 'records are read again')
    },
    keepOnly(topics) {
      for (const topic of standing.keys()) if (!topics.has(topic) && standing.delete(topic)) told = null
    },
    isReadable(topic) {
      const trouble = standing.get(topic)
      if (trouble?.code !== 'TOPIC_AUTHORIZATION_FAILED') return true
      const age = clock() - trouble.at
      return age < 0 || age >= DENIED_FOR_MS
    },
    codes() {
      told ??= new Map([...standing].map(([topic, { code }]) => [topic, code]))
      return told
    },
  }
}
