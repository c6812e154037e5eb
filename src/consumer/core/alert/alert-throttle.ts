import { messageOf } from '../../../errors.ts'
import { proveOptions } from '../options/prove-options.ts'
import type { KitLog } from '../ports.ts'
import { SYSTEM_TIME } from '../resilient/kit-time.ts'
import {
  type Alert,
  type AlertOutcome,
  type AlertSeverity,
  fingerprintOf,
  labelsOf,
  type SentAlert,
} from './alert.ts'
import { type AlertThrottleOptions, THROTTLE_OPTIONS } from './alert-throttle-options.ts'
import { CoolDowns } from './cool-downs.ts'
import { SharedStore } from './shared-store.ts'
import { within } from './within.ts'

const COOL_DOWN_MS: Readonly<Record<AlertSeverity, number>> = {
  critical: 60_000,
  warning: 300_000,
  low: 1_200_000,
}
/** How long suppressed ones may be known to this process alone. */
const TELL_AFTER_MS = 1_000
const STOP_MS = 2_000

/**
 * Lets the same alert through once in a cool-down, of all processes that share a store. While the store is away each
 * process lets it through once. What is held back is counted and told with the next one. Sending is at most once: of
 * two processes of which one claims an alert and dies, neither sends it before the cool-down has passed.
 */
export class AlertThrottle {
  readonly #options: Required<
    Pick<AlertThrottleOptions, 'sinks' | 'sinkTimeoutMs' | 'retryAfterMs' | 'mostInFlight' | 'time'>
  >
  readonly #coolDownMs: Readonly<Record<AlertSeverity, number>>
  readonly #onOutcome: AlertThrottleOptions['onOutcome']
  readonly #log: KitLog | null
  readonly #store: SharedStore
  readonly #coolDowns: CoolDowns
  readonly #inFlight = new Set<Promise<AlertOutcome>>()
  #telling: (() => void) | null = null
  #isStopped = false

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: AlertThrottleOptions) {
    proveOptions('AlertThrottle', options, THROTTLE_OPTIONS)
    const { sinks, store = null, log = null, time = SYSTEM_TIME } = options
    const { sinkTimeoutMs = 10_000, storeTimeoutMs = 500, retryAfterMs = 10_000 } = options
    const { mostAlerts = 10_000, mostInFlight = 64 } = options
    this.#options = { sinks, sinkTimeoutMs, retryAfterMs, mostInFlight, time }
    this.#coolDownMs = { ...COOL_DOWN_MS, ...options.coolDownMs }
    this.#onOutcome = options.onOutcome
    this.#log = log
    this.#store = new SharedStore({ store, timeoutMs: storeTimeoutMs, retryAfterMs, time, log })
    this.#coolDowns = new CoolDowns(mostAlerts)
    for (const severity of Object.keys(COOL_DOWN_MS) as AlertSeverity[]) this.#tell(severity, 'sent', 0)
  }

  /** Sends the alert, or counts it as held back. Never fails; need not be awaited. */
  async raise(alert: Alert): Promise<AlertOutcome> {
    const outcome = await this.#outcomeOf(alert).catch(error => {
      this.#log?.error({ reason: messageOf(error) }, 'an alert cannot be raised')
      return 'failed' as const
    })
    this.#tell(alert.severity, outcome, 1)
    return outcome
  }

  /** Lets nothing through any more. Resolves when what was being sent has been, or has failed in time. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#telling?.()
    this.#telling = null
    await Promise.all(this.#inFlight)
    await within(STOP_MS, this.#options.time, () => this.#tellSuppressed()).catch(() => {})
  }

  async #outcomeOf(raised: Alert): Promise<AlertOutcome> {
    if (this.#isStopped) return 'failed'
    const alert = { ...raised, labels: labelsOf(raised) }
    const fingerprint = fingerprintOf(alert)
    const now = this.#options.time.monotonic()
    if (this.#inFlight.size >= this.#options.mostInFlight && !this.#coolDowns.isHeldBack(fingerprint, now)) {
      return 'failed'
    }
    const suppressed = this.#coolDowns.begin(fingerprint, now)
    if (suppressed === null) {
      this.#tellSoon()
      return 'suppressed'
    }
    const sending = this.#claimAndSend({ ...alert, fingerprint, suppressed }, now)
    this.#inFlight.add(sending)
    try {
      return await sending
    } finally {
      this.#inFlight.delete(sending)
    }
  }

  async #claimAndSend(
    alert: Alert & Pick<SentAlert, 'labels' | 'fingerprint' | 'suppressed'>,
    now: number,
  ): Promise<AlertOutcome> {
    const { time, retryAfterMs } = this.#options
    const { fingerprint, severity } = alert
    const coolDownMs = this.#coolDownMs[severity] ?? this.#coolDownMs.warning
    const restMs = Math.min(retryAfterMs, coolDownMs)
    let end: (isTaken: boolean) => void = () => {}
    const isTaken = new Promise<boolean>(resolve => {
      end = resolve
    })
    const claim = await this.#store.ask(
      store => store.claim(fingerprint, coolDownMs),
      // Claimed after all, and nobody waits for it: it must not hold back what no sink has taken.
      async (late, store) => {
        if (!late.isOurs) return
        this.#coolDowns.giveBack(fingerprint, late.suppressed)
        if (!(await isTaken)) await store.shorten(fingerprint, restMs)
      },
    )
    if (claim !== null && !claim.isOurs) {
      this.#coolDowns.end(fingerprint, time.monotonic() + claim.restMs, alert.suppressed + 1)
      this.#tellSoon()
      return 'suppressed'
    }
    const suppressed = alert.suppressed + (claim?.suppressed ?? 0)
    const isSent = await this.#send({ ...alert, at: time.wall(), suppressed, coolDownMs })
    end(isSent)
    if (isSent) {
      this.#coolDowns.end(fingerprint, now + coolDownMs)
      return 'sent'
    }
    this.#coolDowns.end(fingerprint, time.monotonic() + restMs, suppressed)
    await this.#store.ask(store => store.shorten(fingerprint, restMs))
    return 'failed'
  }

  /** Whether at least one sink has taken it. */
  async #send(alert: SentAlert): Promise<boolean> {
    const { sinks, sinkTimeoutMs, time } = this.#options
    const taken = await Promise.all(
      sinks.map(async sink => {
        try {
          await within(sinkTimeoutMs, time, async signal => sink.send(alert, signal))
          return true
        } catch (error) {
          const fields = { alert: alert.name, severity: alert.severity, sink: sink.name }
          this.#log?.warn({ ...fields, reason: messageOf(error) }, 'a sink has not taken an alert')
          return false
        }
      }),
    )
    return taken.includes(true)
  }

  #tellSoon(): void {
    if (!this.#store.isThere || this.#telling !== null || this.#isStopped) return
    this.#telling = this.#options.time.after(TELL_AFTER_MS, () => {
      this.#telling = null
      void this.#tellSuppressed()
    })
  }

  /** Whoever sends the next one tells what all have held back. What cannot be told stays, for this process's next. */
  async #tellSuppressed(): Promise<void> {
    for (const key of this.#coolDowns.untold()) {
      const times = this.#coolDowns.takeSuppressed(key)
      const told = await this.#store.ask(async store => {
        await store.countSuppressed(key, times)
        return true
      })
      if (told !== null) continue
      this.#coolDowns.giveBack(key, times)
      return
    }
  }

  #tell(severity: AlertSeverity, outcome: AlertOutcome, times: number): void {
    try {
      this.#onOutcome?.(severity, outcome, times)
    } catch (error) {
      this.#log?.error({ reason: messageOf(error) }, 'an alert cannot be counted')
    }
  }
}
