import type { Clock, Log } from '../model/ports.ts'

/** What is refused stays refused until somebody grants it: asked again so often. */
const DENIED_FOR_MS = 60_000
/** By topic and code: the rest is left to the log of the polls. */
const MOST_REMEMBERED = 1_000

const REMEDIES: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'grant READ on it, or leave it out',
}

export interface ReadTroubles {
  /** A pass asks for this row of the topic. */
  asked(topic: string, row: number): void
  failed(topic: string, code: string, message: string): void
  /** Read, or at its end, or out of its range. */
  answered(topic: string, row: number): void
  /** Where a row of it failed a topic cannot be read; where every row was answered it can; otherwise nobody knows. */
  endPass(): void
  /** Topics that are watched; of others nothing is known any more. */
  keepOnly(topics: { has(topic: string): boolean }): void
  /** False for a while after it was refused. */
  isReadable(topic: string): boolean
  /** Why each topic that cannot be read cannot be, by topic; the same object while nothing changes. */
  codes(): ReadonlyMap<string, string>
}

interface Pass {
  readonly open: Set<number>
  /** Messages by code. */
  readonly failures: Map<string, string>
}

/** Topics whose records cannot be read: told of when it begins and when it ends, not at every pass. */
export function readTroubles(log: Log, clock: Clock): ReadTroubles {
  const standing = new Map<string, { readonly code: string; readonly at: number }>()
  const pass = new Map<string, Pass>()
  let told: ReadonlyMap<string, string> | null = null

  function fail(topic: string, failures: ReadonlyMap<string, string>): void {
    const before = standing.get(topic)
    if (before === undefined && standing.size >= MOST_REMEMBERED) return
    // Of several, in whatever order they came, the one that was told of goes on.
    const code = before !== undefined && failures.has(before.code) ? before.code : firstOf(failures)
    standing.set(topic, { code, at: clock() })
    if (before?.code === code) return
    told = null
    const remedy = REMEDIES[code]
    log.warn({ topic, code }, `records cannot be read: ${failures.get(code)}${remedy ? `. ${remedy}` : ''}`)
  }

  function recover(topic: string): void {
    if (!standing.delete(topic)) return
    told = null
    log.info({ topic }, 'records are read again')
  }

  return {
    asked(topic, row) {
      const topicPass = pass.get(topic)
      if (topicPass === undefined) pass.set(topic, { open: new Set([row]), failures: new Map() })
      else topicPass.open.add(row)
    },
    failed(topic, code, message) {
      const failures = pass.get(topic)?.failures
      if (failures?.has(code) === false) failures.set(code, message)
    },
    answered(topic, row) {
      pass.get(topic)?.open.delete(row)
    },
    endPass() {
      for (const [topic, { open, failures }] of pass) {
        if (failures.size > 0) fail(topic, failures)
        else if (open.size === 0) recover(topic)
      }
      pass.clear()
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

function firstOf(failures: ReadonlyMap<string, string>): string {
  const [code = ''] = failures.keys()
  return code
}
