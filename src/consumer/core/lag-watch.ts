import { callListener } from './call-listener.ts'
import {
  FUNCTION,
  isAtLeast,
  LOG,
  MILLISECONDS,
  object,
  optional,
  rule,
  TIME,
} from './options/option-kinds.ts'
import type { RulesOf } from './options/option-rule.ts'
import { proveOptions } from './options/prove-options.ts'
import type { KitLog } from './ports.ts'
import type { ProgressView } from './progress.ts'
import { type KitTime, SYSTEM_TIME } from './resilient/kit-time.ts'

export interface LagAlert {
  /** `firing` with each look at which it is so, which a throttle makes few of; `resolved` once, a tenth below. */
  readonly state: 'firing' | 'resolved'
  readonly groupId: string
  readonly topic: string
  /** Records behind, over the partitions of the topic that this consumer has; at least, where not all are known. */
  readonly lag: number
  readonly threshold: number
  /** The partition that is furthest behind. */
  readonly partition: number
  /** How long it has been so, in milliseconds. */
  readonly forMs: number
}

export interface LagWatchOptions {
  /** A ProgressTracker. Nothing more is asked of Kafka. */
  readonly progress: Pick<ProgressView, 'groupId' | 'partitions'>
  readonly onAlert: (alert: LagAlert) => void
  /** Records of one topic, over its partitions; above it is too much. Default 100,000. */
  readonly threshold?: number
  /** Between two looks, in milliseconds. Default 30,000. */
  readonly intervalMs?: number
  readonly log?: KitLog
  readonly time?: KitTime
}

const OPTIONS: RulesOf<LagWatchOptions> = {
  progress: object('a ProgressTracker', 'partitions'),
  onAlert: FUNCTION,
  threshold: optional(rule('a number of records, 0 or more', value => isAtLeast(value, 0))),
  intervalMs: optional(MILLISECONDS),
  log: optional(LOG),
  time: optional(TIME),
}

interface TopicLag {
  sum: number
  isWhole: boolean
  largest: number
  partition: number
}

/** So that a lag about the threshold is one alert. */
const RESOLVED_BELOW = 0.9

/** Looks at a consumer's lag in the background. Keeps no process alive. */
export class LagWatch {
  readonly #options: LagWatchOptions
  readonly #threshold: number
  readonly #intervalMs: number
  readonly #time: KitTime
  readonly #since = new Map<string, number>()
  #cancel: () => void

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: LagWatchOptions) {
    proveOptions('LagWatch', options, OPTIONS)
    const { threshold = 100_000, intervalMs = 30_000 } = options
    this.#options = options
    this.#threshold = threshold
    this.#intervalMs = intervalMs
    this.#time = options.time ?? SYSTEM_TIME
    this.#cancel = this.#next()
  }

  /** Looks now. */
  look(): void {
    const now = this.#time.monotonic()
    const lags = this.#lags()
    for (const [topic, lag] of lags) {
      const since = this.#since.get(topic)
      if (lag.sum > this.#threshold) {
        this.#since.set(topic, since ?? now)
        this.#tell('firing', topic, lag, now - (since ?? now))
      } else if (since !== undefined && lag.isWhole && lag.sum <= this.#threshold * RESOLVED_BELOW) {
        this.#since.delete(topic)
        this.#tell('resolved', topic, lag, now - since)
      }
    }
    // What is another member's now is that one's to tell.
    for (const topic of this.#since.keys()) if (!lags.has(topic)) this.#since.delete(topic)
  }

  stop(): void {
    this.#cancel()
    this.#cancel = () => {}
  }

  #next(): () => void {
    return this.#time.after(this.#intervalMs, () => {
      this.#cancel = this.#next()
      this.look()
    })
  }

  #lags(): Map<string, TopicLag> {
    const lags = new Map<string, TopicLag>()
    for (const { topic, partition, lag } of this.#options.progress.partitions()) {
      const of = lags.get(topic) ?? { sum: 0, isWhole: true, largest: -1, partition }
      lags.set(topic, of)
      if (lag === null) of.isWhole = false
      else {
        of.sum += lag
        if (lag > of.largest) Object.assign(of, { largest: lag, partition })
      }
    }
    return lags
  }

  #tell(state: LagAlert['state'], topic: string, { sum, partition }: TopicLag, forMs: number): void {
    const { progress, onAlert, log } = this.#options
    const { groupId } = progress
    callListener(
      () => onAlert({ state, groupId, topic, lag: sum, threshold: this.#threshold, partition, forMs }),
      error => log?.error({ error: String(error) }, 'the alert on lag could not be given'),
    )
  }
}
