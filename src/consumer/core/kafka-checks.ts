import { performance } from 'node:perf_hooks'
import type { Check } from './check.ts'
import { KafkaLook, type Seen } from './kafka-look.ts'
import { FUNCTION, KAFKA_CLIENT, listOf, MILLISECONDS_OR_0, optional, text } from './options/option-kinds.ts'
import type { RulesOf } from './options/option-rule.ts'
import { proveOptions } from './options/prove-options.ts'
import type { KafkaClient, MonotonicClock } from './ports.ts'

export interface KafkaChecksOptions {
  readonly kafka: KafkaClient
  /** Topics that have to be there, each partition with a leader. */
  readonly topics: readonly string[]
  /** How long what was seen well serves, in milliseconds. Each look opens and closes a connection. Default 5,000. */
  readonly maxAgeMs?: number
  /** Milliseconds, never set back; tests give theirs. */
  readonly clock?: MonotonicClock
}

const OPTIONS: RulesOf<KafkaChecksOptions> = {
  kafka: KAFKA_CLIENT,
  topics: listOf(text('the name of a topic'), 'a list of topics'),
  maxAgeMs: optional(MILLISECONDS_OR_0),
  clock: optional(FUNCTION),
}

/** What was seen ill serves this long: for the checks that ask at the same time. */
const ILL_MAX_AGE_MS = 1_000
/**
 * What was seen last is told after so long where the next look takes longer. Ill: its reason is better than none. Well:
 * a look that comes upon the one broker that says nothing asks another one then, which takes longer than a probe waits.
 */
const PATIENCE_MS = 1_000

/**
 * Checks for readiness: `kafka`, that a broker answers, and `topic …` for each topic. All of them share one look. It
 * takes DESCRIBE on the topics, and creates none.
 *
 * Throws a TypeError that names all faults of the options.
 */
export function kafkaChecks(options: KafkaChecksOptions): readonly Check[] {
  proveOptions('kafkaChecks', options, OPTIONS)
  const { kafka, maxAgeMs = 5_000, clock = () => performance.now() } = options
  const topics = [...new Set(options.topics)]
  const look = new KafkaLook(kafka, topics)
  let last: { readonly seen: Seen; readonly at: number } | null = null
  let looking: Promise<Seen> | null = null

  const see = (): Promise<Seen> => {
    if (last !== null && clock() - last.at < (isWell(last.seen) ? maxAgeMs : ILL_MAX_AGE_MS)) {
      return Promise.resolve(last.seen)
    }
    looking ??= look
      .see()
      .then(seen => {
        last = { seen, at: clock() }
        return seen
      })
      .finally(() => {
        looking = null
      })
    const stale = last?.seen
    if (stale === undefined) return looking
    const patience = new Promise<Seen>(resolve => setTimeout(resolve, PATIENCE_MS, stale).unref())
    return Promise.race([looking, patience])
  }
  const check = (name: string, reasonIn: (seen: Seen) => string | null): Check => ({
    name,
    async run() {
      const reason = reasonIn(await see())
      if (reason !== null) throw new Error(reason)
    },
  })
  return [
    check('kafka', seen => seen.unreachable),
    ...topics.map(topic =>
      check(`topic ${topic}`, seen => seen.unreachable ?? seen.topics.get(topic) ?? null),
    ),
  ]
}

function isWell({ unreachable, topics }: Seen): boolean {
  return unreachable === null && topics.size === 0
}
